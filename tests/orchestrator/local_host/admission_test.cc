#include "orchestrator/local_host/admission.h"

#include <gmock/gmock.h>

#include "runtime/net/http_client.h"
#include "tests/orchestrator/local_host/host_fixture.h"
#include "tests/runtime/core/fake_clock.h"

namespace fanfold {
namespace {

using testing::HasSubstr;

std::string reason_of(const std::optional<Refusal>& refusal) {
  return refusal ? refusal->reason : "";
}

TEST(Admission, AdmitsAllWithoutLimits) {
  Admission admission({}, 1);
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_FALSE(admission.enter());
    ASSERT_FALSE(admission.start_environment());
  }
}

TEST(Admission, LimitsTheAccountAndTheFunction) {
  Admission admission({.account_concurrency = 3, .reserved_concurrency = 2}, 10);
  EXPECT_FALSE(admission.enter());
  EXPECT_FALSE(admission.enter());
  EXPECT_EQ(reason_of(admission.enter()), "ReservedFunctionConcurrentInvocationLimitExceeded");
  admission.leave();
  EXPECT_FALSE(admission.enter());

  Admission account({.account_concurrency = 1}, 10);
  EXPECT_FALSE(account.enter());
  EXPECT_EQ(reason_of(account.enter()), "ConcurrentInvocationLimitExceeded");
}

TEST(Admission, LimitsStartsToAThousandInTenSecondsRefilledContinuously) {
  FakeClock clock;
  Admission admission({.scaling_rate = 1'000}, 5'000, clock);
  for (int i = 0; i < 1'000; ++i) ASSERT_FALSE(admission.start_environment()) << i;
  EXPECT_EQ(reason_of(admission.start_environment()), "FunctionInvocationRateLimitExceeded");
  clock.sleep_for(std::chrono::milliseconds(25));  // a hundred in a second
  EXPECT_FALSE(admission.start_environment());
  EXPECT_FALSE(admission.start_environment());
  EXPECT_TRUE(admission.start_environment());
  clock.sleep_for(std::chrono::hours(1));
  for (int i = 0; i < 1'000; ++i) ASSERT_FALSE(admission.start_environment()) << i;
  EXPECT_TRUE(admission.start_environment()) << "never more than a thousand are saved up";
}

TEST(Admission, LimitsRequestsToTenTimesTheConcurrencyInASecond) {
  FakeClock clock;
  Admission admission({.requests_per_environment = 10}, 2, clock);
  const auto enter_and_leave = [](Admission& at) {
    auto refusal = at.enter();
    if (!refusal) at.leave();
    return refusal;
  };
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(enter_and_leave(admission)) << i;
  EXPECT_EQ(reason_of(enter_and_leave(admission)), "FunctionInvocationRateLimitExceeded");
  clock.sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(enter_and_leave(admission));
  EXPECT_TRUE(enter_and_leave(admission));

  Admission reserved({.reserved_concurrency = 1, .requests_per_environment = 1}, 100, clock);
  EXPECT_FALSE(enter_and_leave(reserved));
  const auto refused = enter_and_leave(reserved);
  EXPECT_EQ(reason_of(refused), "ReservedFunctionInvocationRateLimitExceeded");
  EXPECT_EQ(refused->retry_after, std::chrono::seconds(1));
}

TEST(TokenBucket, TellsHowLongItTakes) {
  TokenBucket bucket(1, 0.25, {});
  EXPECT_FALSE(bucket.take({}));
  EXPECT_EQ(bucket.take({}), std::chrono::duration<double>(4));
}

class AdmissionHostTest : public HostTest {};

TEST_F(AdmissionHostTest, RefusesWithTheReasonAndWhenToComeBack) {
  LocalHostOptions options = raw_options();
  options.max_environments = 5;
  options.admission.scaling_rate = 1;
  start(options);
  Gate gate;
  send(1, gate.event());
  await_held(gate);
  auto client = HttpClient::create();
  ASSERT_TRUE(client);
  HttpRequest request;
  request.method = "POST";
  request.url = m_host->endpoint() + "/2015-03-31/functions/fanfold/invocations";
  request.body = "{}";
  const auto refused = client->perform(request, 1 << 20);
  ASSERT_TRUE(refused) << refused.error().message();
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->headers.value_or_empty("x-amzn-errortype"), "TooManyRequestsException");
  EXPECT_THAT(refused->body, HasSubstr("\"Reason\":\"FunctionInvocationRateLimitExceeded\""));
  const int seconds = std::atoi(std::string(refused->headers.value_or_empty("retry-after")).c_str());
  EXPECT_GE(seconds, 5) << "one start in ten seconds";
  EXPECT_LE(seconds, 10);
  EXPECT_EQ(m_host->stats().throttled, 1U);
  gate.open();
  EXPECT_FALSE(receive(1).front().function_error);
}

}  // namespace
}  // namespace fanfold
