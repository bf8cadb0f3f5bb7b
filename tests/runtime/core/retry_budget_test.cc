#include "runtime/core/retry_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/runtime/core/fake_clock.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr double k_half = 0.5;

class RetryBudgetTest : public testing::Test {
 protected:
  RetryBudget budget(RetryPolicy policy, std::optional<SteadyTime> deadline = {}) {
    return RetryBudget(policy, m_tokens, m_clock, deadline, [] { return k_half; });
  }
  FakeClock m_clock;
  RetryTokens m_tokens{500};
};

struct ClassCase {
  RetryClass retry_class;
  Repeatable repeatable;
  RetryStop first;
  milliseconds first_delay;
  std::uint32_t cost;
  RetryStop second;
  milliseconds second_delay;
};

TEST_F(RetryBudgetTest, TreatsEachClassInItsOwnWay) {
  using enum RetryClass;
  const auto yes = Repeatable::yes;
  const auto no = Repeatable::no;
  const auto go = RetryStop::none;
  const milliseconds zero{0};
  const std::vector<ClassCase> cases{
      {fatal, yes, RetryStop::fatal, zero, 0, RetryStop::fatal, zero},
      {unsent, yes, go, milliseconds(25), 14, go, milliseconds(50)},
      {unsent, no, go, milliseconds(25), 14, go, milliseconds(50)},
      {stale_connection, yes, go, zero, 0, RetryStop::once_only, zero},
      {stale_connection, no, RetryStop::not_repeatable, zero, 0, RetryStop::not_repeatable, zero},
      {connection_lost, yes, go, milliseconds(25), 14, go, milliseconds(50)},
      {connection_lost, no, RetryStop::not_repeatable, zero, 0, RetryStop::not_repeatable, zero},
      {throttled, yes, go, milliseconds(500), 5, go, milliseconds(1000)},
      {throttled, no, go, milliseconds(500), 5, go, milliseconds(1000)},
      {server_error, yes, go, milliseconds(25), 14, go, milliseconds(50)},
      {server_error, no, RetryStop::not_repeatable, zero, 0, RetryStop::not_repeatable, zero},
      {clock_skew, yes, go, zero, 0, RetryStop::once_only, zero},
      {expired_credentials, no, go, zero, 0, RetryStop::once_only, zero},
      {wrong_region, yes, go, zero, 0, RetryStop::once_only, zero},
  };
  for (const ClassCase& wanted : cases) {
    SCOPED_TRACE(to_string(wanted.retry_class));
    RetryBudget tried = budget({.max_attempts = 10, .repeatable = wanted.repeatable});
    const std::uint32_t before = m_tokens.available();
    const RetryVerdict first = tried.after_failure(wanted.retry_class);
    EXPECT_EQ(first.stop, wanted.first);
    EXPECT_EQ(first.may_retry(), wanted.first == go);
    EXPECT_EQ(first.delay, wanted.first_delay);
    EXPECT_EQ(before - m_tokens.available(), wanted.cost);
    const RetryVerdict second = tried.after_failure(wanted.retry_class);
    EXPECT_EQ(second.stop, wanted.second);
    EXPECT_EQ(second.delay, wanted.second_delay);
  }
}

TEST_F(RetryBudgetTest, StopsWhenTheAttemptsAreUsedUp) {
  RetryBudget tried = budget({.max_attempts = 3});
  EXPECT_TRUE(tried.after_failure(RetryClass::server_error).may_retry());
  EXPECT_TRUE(tried.after_failure(RetryClass::connection_lost).may_retry());
  EXPECT_EQ(tried.after_failure(RetryClass::server_error).stop, RetryStop::attempts);
  EXPECT_EQ(tried.attempts_failed(), 3u);
}

TEST_F(RetryBudgetTest, NeverWaitsLongerThanItsBound) {
  RetryBudget tried = budget({.max_attempts = 100});
  nanoseconds longest{};
  for (int i = 0; i < 30; ++i) longest = std::max(longest, tried.after_failure(RetryClass::throttled).delay);
  EXPECT_EQ(longest, seconds(10));  // half of 20 s
}

TEST_F(RetryBudgetTest, DoesNotCountFreeRetriesInTheExponent) {
  RetryBudget tried = budget({.max_attempts = 10});
  EXPECT_TRUE(tried.after_failure(RetryClass::stale_connection).may_retry());
  EXPECT_TRUE(tried.after_failure(RetryClass::expired_credentials).may_retry());
  EXPECT_EQ(tried.after_failure(RetryClass::server_error).delay, milliseconds(25));
}

TEST_F(RetryBudgetTest, HonoursWhatThePeerAsksForWithinFiveSeconds) {
  const auto delay = [&](milliseconds requested) {
    return budget({}).after_failure(RetryClass::throttled, requested).delay;
  };
  EXPECT_EQ(delay(milliseconds(100)), milliseconds(500));  // less than computed
  EXPECT_EQ(delay(milliseconds(3000)), milliseconds(3000));
  EXPECT_EQ(delay(milliseconds(60'000)), milliseconds(5500));
  EXPECT_EQ(delay(milliseconds::max()), milliseconds(5500));
}

TEST_F(RetryBudgetTest, StopsAtDeadlineEvenWhenAttemptsRemain) {
  RetryBudget tried = budget({.max_attempts = 100}, m_clock.steady_now() + seconds(2));
  EXPECT_EQ(tried.time_left(), seconds(2));
  int retries = 0;
  while (true) {
    const RetryVerdict verdict = tried.after_failure(RetryClass::throttled);
    if (!verdict.may_retry()) {
      EXPECT_EQ(verdict.stop, RetryStop::deadline);
      break;
    }
    m_clock.sleep_for(verdict.delay);
    ++retries;
  }
  EXPECT_EQ(retries, 2);  // 0.5 s and 1 s; the next wait of 2 s would end too late, so it is not begun
  EXPECT_EQ(tried.time_left(), milliseconds(500));
  m_clock.advance(seconds(10));
  EXPECT_EQ(tried.time_left(), seconds(0));
  EXPECT_FALSE(budget({}).time_left());
}

TEST_F(RetryBudgetTest, SharesOneBucketSoThatAnOutageStopsRetriesForAll) {
  int retries = 0;
  for (int operation = 0; operation < 1000; ++operation) {
    if (budget({}).after_failure(RetryClass::connection_lost).may_retry()) ++retries;
  }
  EXPECT_EQ(retries, 500 / 14);
  EXPECT_EQ(budget({}).after_failure(RetryClass::connection_lost).stop, RetryStop::tokens);
  // What costs nothing is still allowed.
  EXPECT_TRUE(budget({}).after_failure(RetryClass::stale_connection).may_retry());
}

TEST_F(RetryBudgetTest, GivesBackWhatARetryCostWhenItSucceeds) {
  RetryBudget tried = budget({});
  EXPECT_TRUE(tried.after_failure(RetryClass::server_error).may_retry());
  EXPECT_EQ(m_tokens.available(), 486u);
  tried.succeeded();
  EXPECT_EQ(m_tokens.available(), 500u);
  budget({}).succeeded();
  EXPECT_EQ(m_tokens.available(), 500u);  // never above the capacity
  EXPECT_TRUE(m_tokens.take(10));
  budget({}).succeeded();
  EXPECT_EQ(m_tokens.available(), 491u);
}

TEST(RetryTokens, AreNeitherLostNorDoubledBetweenThreads) {
  RetryTokens tokens(1000);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        if (tokens.take(3)) tokens.give_back(3);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(tokens.available(), 1000u);
}

TEST(RandomFraction, LiesWithinZeroAndOne) {
  double least = 1;
  double most = 0;
  for (int i = 0; i < 1000; ++i) {
    const double value = random_fraction();
    least = std::min(least, value);
    most = std::max(most, value);
  }
  EXPECT_GE(least, 0);
  EXPECT_LT(most, 1);
  EXPECT_LT(least, 0.1);
  EXPECT_GT(most, 0.9);
}

TEST(RetryNames, ExistForAll) {
  EXPECT_EQ(to_string(RetryClass::wrong_region), "wrong region");
  EXPECT_EQ(to_string(RetryClass::throttled), "throttled");
  EXPECT_EQ(to_string(RetryStop::deadline), "no time is left");
}

}  // namespace
}  // namespace fanfold
