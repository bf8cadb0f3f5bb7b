#include <algorithm>
#include <cmath>

#include "orchestrator/dispatch/dispatcher.h"

namespace fanfold {
namespace {

constexpr double k_first_delay_ms = 50;
constexpr double k_first_throttle_delay_ms = 200;
constexpr double k_longest_delay_ms = 20'000;

// Full jitter: anything between nothing and the exponential bound.
std::chrono::milliseconds backoff(double first_ms, std::uint32_t failures, double jitter) {
  const double bound =
      std::min(std::ldexp(first_ms, static_cast<int>(std::min(failures, 16u)) - 1), k_longest_delay_ms);
  return std::chrono::milliseconds(static_cast<std::int64_t>(bound * jitter));
}

}  // namespace

RetryDecision decide_retry(ErrorKind kind, std::uint32_t failures, std::uint32_t max_attempts,
                           double jitter) {
  switch (kind) {
    case ErrorKind::throttled:
      return {true, false, backoff(k_first_throttle_delay_ms, failures, jitter)};
    case ErrorKind::transient:
    case ErrorKind::timeout:
    case ErrorKind::internal:
      return {failures < max_attempts, true, backoff(k_first_delay_ms, failures, jitter)};
    default:
      return {};
  }
}

}  // namespace fanfold
