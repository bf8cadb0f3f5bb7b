// How often, when and with what the client tries again; and what its requests prove themselves with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/storage/prefetching_source.h"
#include "tests/runtime/storage/s3/client_fixture.h"
#include "tests/runtime/storage/s3/object_transport.h"
#include "tests/support/s3_server.h"

namespace fanfold::s3 {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class S3RetryTest : public S3ClientTest {
 protected:
  Status put(std::string_view text = "abc") {
    const auto written = put_object(*m_client, k_object, as_byte_span(text), SendChecksum::no);
    if (!written) return written.error();
    return {};
  }
};

TEST_F(S3RetryTest, LeavesAServerInAStormAlone) {
  constexpr std::size_t k_operations = 200;
  script(std::vector<ScriptedAnswer>(1000, refusal(503, "SlowDown")));
  std::string last;
  for (std::size_t i = 0; i < k_operations; ++i) last = put().error().message();
  // 500 tokens, 5 for each time that is not the first.
  EXPECT_THAT(seen(), SizeIs(k_operations + 100));
  EXPECT_THAT(last, HasSubstr("too many requests of this client failed of late"));
}

TEST_F(S3RetryTest, RecoversItsConfidenceOneSuccessAtATime) {
  script(std::vector<ScriptedAnswer>(300, refusal(503, "SlowDown")));
  for (int i = 0; i < 100; ++i) (void)put();
  std::vector<ScriptedAnswer> fine(5, ScriptedAnswer{});
  fine.push_back(refusal(503, "SlowDown"));
  fine.emplace_back();
  m_transport->play_next(std::move(fine));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(put());
  EXPECT_TRUE(put()) << "five successes pay for one retry";
  EXPECT_EQ(m_transport->answers_left(), 0U);
}

TEST_F(S3RetryTest, WaitsAsLongAsTheServerAsksWithinReason) {
  const auto asking = [](std::string_view delay) {
    ScriptedAnswer answer = refusal(503, "SlowDown");
    answer.headers.emplace_back("x-amz-retry-after", std::string(delay));
    return answer;
  };
  // The second number is what would be waited unasked: at least that, and at most five seconds more.
  for (const auto& [asked, waited] : {std::pair("1", 500), std::pair("2000", 2000), std::pair("60000", 5500),
                                      std::pair("99999999999999999999", 500), std::pair("soon", 500)}) {
    script({asking(asked), {}});
    const std::size_t before = m_clock.sleeps().size();
    ASSERT_TRUE(put());
    ASSERT_EQ(m_clock.sleeps().size(), before + 1);
    EXPECT_EQ(m_clock.sleeps().back(), milliseconds(waited)) << asked;
  }
}

TEST_F(S3RetryTest, NeedsOneMoreAttemptForAClockThatIsAnHourOff) {
  ScriptedAnswer skewed = refusal(403, "RequestTimeTooSkewed");
  skewed.headers.emplace_back("Date", "Sat, 21 Nov 2026 15:23:19 GMT");  // the test's clock says 14:23:19
  script({skewed, {}, {}});
  EXPECT_TRUE(put());
  EXPECT_THAT(seen(), SizeIs(2));
  EXPECT_THAT(m_clock.sleeps(), IsEmpty());
  EXPECT_EQ(seen()[0].header("x-amz-date"), "20261121T142319Z");
  EXPECT_EQ(seen()[1].header("x-amz-date"), "20261121T152319Z");
  EXPECT_TRUE(put());  // which knows it
  EXPECT_EQ(seen()[2].header("x-amz-date"), "20261121T152319Z");
}

TEST_F(S3RetryTest, SignsTheBodyWhereNothingElseProtectsIt) {
  script({{}, {}});
  ASSERT_TRUE(put());
  EXPECT_THAT(seen()[0].url, testing::StartsWith("https://"));
  EXPECT_EQ(seen()[0].header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  ClientSettings plain;
  plain.endpoint_url = "http://127.0.0.1:9000";
  script({{}, {}}, std::move(plain));
  ASSERT_TRUE(put());
  EXPECT_EQ(seen()[0].header("x-amz-content-sha256"),  // of "abc"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(S3RetryTest, ShowsTheSessionsTokenAndSignsIt) {
  script({{}});
  ASSERT_TRUE(put());
  EXPECT_EQ(seen()[0].header("x-amz-security-token"), "the-session-token");
  EXPECT_THAT(seen()[0].header("authorization"), HasSubstr("x-amz-security-token"));
}

// Wherever the connection breaks, the bytes come whole and in order, and no block is asked for twice.
TEST(S3BrokenReads, GoOnAtTheByteThatWasReached) {
  constexpr std::uint64_t k_block = 16;
  std::string content(5 * k_block + 3, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('!' + i % 90);
  FakeClock clock;
  for (std::uint64_t cut = 0; cut < content.size(); ++cut) {
    ObjectTransport transport(content);
    transport.cut_before(cut);
    ClientSettings settings;
    settings.credentials = testing_support::fixed_credentials("id", "secret");
    const auto client = std::move(*Client::create(std::move(settings), transport, clock));
    MemoryBudget budget(4 * k_block);
    const PrefetchingSource source(
        std::make_unique<S3RangeFetcher>(*client, ReadObject{"b", "k", "\"e\"", content.size()}), "s3://b/k",
        content.size(), budget, {k_block, 3});
    source.will_read(0, content.size());
    std::string read(content.size(), '\0');
    for (std::size_t at = 0; at < read.size(); at += 7) {
      const auto piece = std::span(read).subspan(at, std::min<std::size_t>(7, read.size() - at));
      const Status status = source.read_at(at, std::as_writable_bytes(piece));
      ASSERT_TRUE(status) << "cut before byte " << cut << ": " << status.error().message();
    }
    ASSERT_EQ(read, content) << "cut before byte " << cut;
    EXPECT_TRUE(transport.has_cut());
    // A piece of the first block for the first read, its rest, the other blocks, and one more for the cut.
    EXPECT_EQ(transport.requests(), 2 + 5 + 1U);
  }
}

}  // namespace
}  // namespace fanfold::s3
