#include <gmock/gmock.h>

#include "tests/orchestrator/local_host/host_fixture.h"
#include "tests/orchestrator/local_host/raw_api.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

class AsyncCallsTest : public HostTest {
 protected:
  void start_with(std::uint32_t environments, std::vector<milliseconds> retries) {
    LocalHostOptions options = raw_options();
    options.max_environments = environments;
    options.async_retries = std::move(retries);
    options.async_queue = 2;
    start(options);
    m_api = std::make_unique<RawApi>(m_host->endpoint().substr(7));
  }
  RawApi::Answer post(const std::string& body) {
    return m_api->call("POST", "/2015-03-31/functions/fanfold/invocations", body,
                       {{"X-Amz-Invocation-Type", "Event"}});
  }
  std::string counting(int failures) const {
    return nlohmann::json{{"do", "count"}, {"path", m_folder.file("count")}, {"failures", failures}}.dump();
  }
  std::string count() const { return content_of(m_folder.file("count")); }

  TestFolder m_folder;
  std::unique_ptr<RawApi> m_api;
};

TEST_F(AsyncCallsTest, AnswersAtOnceAndRunsLater) {
  start_with(1, {});
  Gate gate;
  const auto accepted = post(gate.event());
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.body, "");
  EXPECT_EQ(accepted.field("X-Amzn-RequestId").size(), 36U);
  gate.hold();  // it runs, and the caller has its answer
  gate.open();
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().invocations == 1; }));
  EXPECT_EQ(m_host->stats().errors, 0U);
}

TEST_F(AsyncCallsTest, TriesTwiceMoreAfterAFunctionError) {
  start_with(1, {milliseconds(30), milliseconds(60)});
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(post(counting(2)).status, 202);
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().invocations == 3; }));
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(90));
  EXPECT_EQ(count(), "xxx");
  EXPECT_EQ(m_host->stats().errors, 2U);
  EXPECT_EQ(m_host->stats().async_failed, 0U);
}

TEST_F(AsyncCallsTest, GivesUpAfterTheLastTry) {
  start_with(1, {milliseconds(1), milliseconds(1)});
  EXPECT_EQ(post(counting(100)).status, 202);
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().async_failed == 1; }));
  EXPECT_EQ(count(), "xxx");
}

TEST_F(AsyncCallsTest, WaitsForAPlaceWithoutLosingATry) {
  start_with(1, {});
  Gate gate;
  send(1, gate.event());
  await_held(gate);
  EXPECT_EQ(post(counting(0)).status, 202);
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().throttled >= 2; }));
  gate.open();
  EXPECT_TRUE(becomes_true([&] { return count() == "x"; }));
  EXPECT_EQ(m_host->stats().async_failed, 0U);
}

TEST_F(AsyncCallsTest, RefusesWhenTheQueueIsFull) {
  start_with(1, {milliseconds(600'000)});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(post(counting(100)).status, 202);
    EXPECT_TRUE(becomes_true([&] { return m_host->stats().async_waiting == unsigned(i) + 1; }));
    EXPECT_TRUE(becomes_true([&] { return m_host->stats().invocations == unsigned(i) + 1; }));
    EXPECT_TRUE(becomes_true([&] { return m_host->stats().async_waiting == unsigned(i) + 1; }));
  }
  const auto refused = post(counting(100));
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, testing::HasSubstr("CallerRateLimitExceeded"));
}

TEST_F(AsyncCallsTest, TakesAMegabyteAndNoMore) {
  start_with(1, {});
  const std::string fits = "\"" + std::string((1 << 20) - 2, 'a') + "\"";
  const auto refused = post(fits + " ");
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.field("X-Amzn-ErrorType"), "RequestTooLargeException");
  EXPECT_EQ(post("{").status, 400);
  EXPECT_EQ(m_host->stats().async_waiting, 0U);
  EXPECT_EQ(m_host->stats().invocations, 0U);
}

}  // namespace
}  // namespace fanfold
