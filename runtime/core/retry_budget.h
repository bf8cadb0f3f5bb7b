// Whether, and when, to try once more. One bucket of tokens per client, so that an outage stops retries for
// all its requests together; one budget per operation, with one deadline over all its attempts. The numbers
// are those of the AWS standard retry mode as of 2026.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "runtime/core/clock.h"

namespace fanfold {

enum class RetryClass : std::uint8_t {
  fatal,                // asking again changes nothing
  unsent,               // no connection was made: the peer has seen nothing
  stale_connection,     // a reused connection was dead: at once on a fresh one, once, for no tokens
  connection_lost,      // reset, cut short or timed out after something was sent
  throttled,            // the peer asks for patience
  server_error,         // the peer failed
  clock_skew,           // the peer's clock differs: correct ours, sign again, once
  expired_credentials,  // fetch new ones, sign again, once
  wrong_region          // sign for and send to the other region, once
};
std::string_view to_string(RetryClass retry_class);

// Whether the request may be carried out twice.
enum class Repeatable : std::uint8_t { yes, no };

struct RetryPolicy {
  std::uint32_t max_attempts = 3;  // the first one included; free classes count too
  std::chrono::milliseconds base_delay{50};
  std::chrono::milliseconds throttled_base_delay{1'000};
  std::chrono::milliseconds max_delay{20'000};
  // A peer may ask for this much more than the computed delay.
  std::chrono::milliseconds max_requested_extra{5'000};
  Repeatable repeatable = Repeatable::yes;
};

// The tokens all operations of a client share. Thread-safe.
class RetryTokens {
 public:
  explicit RetryTokens(std::uint32_t capacity = 500) : m_capacity(capacity), m_available(capacity) {}

  bool take(std::uint32_t count);
  void give_back(std::uint32_t count);  // never above the capacity
  std::uint32_t available() const;

 private:
  const std::uint32_t m_capacity;
  mutable std::mutex m_mutex;
  std::uint32_t m_available;
};

enum class RetryStop : std::uint8_t { none, fatal, not_repeatable, attempts, once_only, tokens, deadline };
// A clause for messages: "3 attempts failed".
std::string_view to_string(RetryStop stop);

struct RetryVerdict {
  RetryStop stop = RetryStop::none;  // none: try again
  std::chrono::nanoseconds delay{};  // to wait before, where one may try again
  bool may_retry() const { return stop == RetryStop::none; }
};

// In [0, 1). Default: the kernel's random bytes.
using RandomFraction = std::function<double()>;
double random_fraction();

// One operation's attempts. Not thread-safe; clock and tokens must outlive it.
class RetryBudget {
 public:
  // `deadline`: none is for ever.
  RetryBudget(const RetryPolicy& policy, RetryTokens& tokens, const Clock& clock,
              std::optional<SteadyTime> deadline, RandomFraction random = random_fraction);

  // The attempt under way failed. `requested`: what the peer asks to wait (x-amz-retry-after, Retry-After).
  // A retry whose delay would reach the deadline is refused now instead of after the wait.
  RetryVerdict after_failure(RetryClass retry_class, std::optional<std::chrono::milliseconds> requested = {});
  // The operation succeeded: gives back what its last retry cost, or one token where there was none.
  void succeeded();

  std::uint32_t attempts_failed() const { return m_failed; }
  // What is left for the next attempt, to be its time-out; none without a deadline, never negative.
  std::optional<std::chrono::nanoseconds> time_left() const;

 private:
  RetryStop reason_to_stop(RetryClass retry_class) const;
  std::chrono::nanoseconds delay_after(RetryClass retry_class,
                                       std::optional<std::chrono::milliseconds> requested) const;

  RetryPolicy m_policy;
  RetryTokens& m_tokens;
  const Clock& m_clock;
  std::optional<SteadyTime> m_deadline;
  RandomFraction m_random;
  std::uint32_t m_failed = 0;
  std::uint32_t m_paced_failures = 0;  // those with a delay: what the exponent counts
  std::uint32_t m_last_cost = 0;
  std::uint32_t m_once_seen = 0;  // bit per RetryClass
};

}  // namespace fanfold
