#include <gtest/gtest.h>

#include "orchestrator/dispatch/dispatcher.h"

namespace fanfold {
namespace {

constexpr std::uint32_t k_max_attempts = 4;

TEST(Retry, IsNotTriedWhereItCannotHelp) {
  for (const ErrorKind kind : {ErrorKind::invalid_argument, ErrorKind::not_found,
                               ErrorKind::permission_denied, ErrorKind::corrupt_data, ErrorKind::cancelled}) {
    EXPECT_FALSE(decide_retry(kind, 1, k_max_attempts, 0.5).again) << to_string(kind);
  }
}

TEST(Retry, EndsWithTheLastAttempt) {
  for (const ErrorKind kind : {ErrorKind::transient, ErrorKind::timeout, ErrorKind::internal}) {
    EXPECT_TRUE(decide_retry(kind, 1, k_max_attempts, 0.5).again) << to_string(kind);
    EXPECT_TRUE(decide_retry(kind, 3, k_max_attempts, 0.5).again);
    EXPECT_FALSE(decide_retry(kind, 4, k_max_attempts, 0.5).again);
  }
}

TEST(Retry, OfAThrottledCallCostsNoAttempt) {
  for (const std::uint32_t failures : {1u, 4u, 1000u}) {
    const RetryDecision decision = decide_retry(ErrorKind::throttled, failures, k_max_attempts, 0.5);
    EXPECT_TRUE(decision.again);
    EXPECT_FALSE(decision.counts);
  }
}

TEST(Retry, WaitsLongerEachTimeUpToABound) {
  auto before = std::chrono::milliseconds{0};
  for (std::uint32_t failures = 1; failures < 40; ++failures) {
    const auto delay = decide_retry(ErrorKind::throttled, failures, k_max_attempts, 0.99).delay;
    EXPECT_GE(delay, before);
    EXPECT_LE(delay, std::chrono::seconds{20});
    before = delay;
  }
  EXPECT_GT(before, std::chrono::seconds{10});
}

TEST(Retry, SpreadsOverTheWholeInterval) {
  EXPECT_EQ(decide_retry(ErrorKind::transient, 3, k_max_attempts, 0.0).delay.count(), 0);
  EXPECT_GT(decide_retry(ErrorKind::transient, 3, k_max_attempts, 0.99).delay.count(), 100);
}

}  // namespace
}  // namespace fanfold
