#include "runtime/core/retry_budget.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/core/result.h"
#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

enum class Pace : std::uint8_t { never, at_once, usual, throttled };

struct ClassRule {
  Pace pace = Pace::never;
  std::uint32_t cost = 0;
  bool once = false;
  bool harmless = true;  // the peer did not carry the request out
};

// In the order of RetryClass. A connection that dies idle has carried nothing out, but who can tell from here
// what its peer did with the bytes it took: for requests that may run only once it counts as lost.
constexpr std::array<ClassRule, 9> k_rules{{
    {Pace::never, 0, false, true},      // fatal
    {Pace::usual, 14, false, true},     // unsent
    {Pace::at_once, 0, true, false},    // stale_connection
    {Pace::usual, 14, false, false},    // connection_lost
    {Pace::throttled, 5, false, true},  // throttled
    {Pace::usual, 14, false, false},    // server_error
    {Pace::at_once, 0, true, true},     // clock_skew
    {Pace::at_once, 0, true, true},     // expired_credentials
    {Pace::at_once, 0, true, true},     // wrong_region
}};

const ClassRule& rule_of(RetryClass retry_class) {
  return k_rules[static_cast<std::size_t>(retry_class)];
}

std::uint32_t bit_of(RetryClass retry_class) {
  return 1U << static_cast<unsigned>(retry_class);
}

}  // namespace

std::string_view to_string(RetryClass retry_class) {
  static constexpr std::array<std::string_view, k_rules.size()> k_names{
      "fatal",        "unsent",     "stale connection",    "connection lost", "throttled",
      "server error", "clock skew", "expired credentials", "wrong region"};
  return k_names[static_cast<std::size_t>(retry_class)];
}

std::string_view to_string(RetryStop stop) {
  static constexpr std::array<std::string_view, 7> k_clauses{
      "it may be tried again",
      "trying again would not help",
      "the request may have been carried out",
      "all attempts failed",
      "the remedy was tried before",
      "too many requests of this client failed of late",
      "no time is left"};
  return k_clauses[static_cast<std::size_t>(stop)];
}

bool RetryTokens::take(std::uint32_t count) {
  const std::lock_guard lock(m_mutex);
  if (count > m_available) return false;
  m_available -= count;
  return true;
}

void RetryTokens::give_back(std::uint32_t count) {
  const std::lock_guard lock(m_mutex);
  m_available += std::min(count, m_capacity - m_available);
}

std::uint32_t RetryTokens::available() const {
  const std::lock_guard lock(m_mutex);
  return m_available;
}

double random_fraction() {
  return std::ldexp(static_cast<double>(random_u64() >> 11), -53);
}

RetryBudget::RetryBudget(const RetryPolicy& policy, RetryTokens& tokens, const Clock& clock,
                         std::optional<SteadyTime> deadline, RandomFraction random)
    : m_policy(policy), m_tokens(tokens), m_clock(clock), m_deadline(deadline), m_random(std::move(random)) {}

RetryVerdict RetryBudget::after_failure(RetryClass retry_class, std::optional<milliseconds> requested) {
  ++m_failed;
  if (const RetryStop stop = reason_to_stop(retry_class); stop != RetryStop::none) return {stop, {}};
  const nanoseconds delay = delay_after(retry_class, requested);
  if (m_deadline && delay >= *time_left()) return {RetryStop::deadline, {}};
  const ClassRule& rule = rule_of(retry_class);
  if (!m_tokens.take(rule.cost)) return {RetryStop::tokens, {}};
  m_last_cost = rule.cost;
  if (rule.once) m_once_seen |= bit_of(retry_class);
  if (rule.pace != Pace::at_once) ++m_paced_failures;
  return {RetryStop::none, delay};
}

RetryStop RetryBudget::reason_to_stop(RetryClass retry_class) const {
  const ClassRule& rule = rule_of(retry_class);
  if (rule.pace == Pace::never) return RetryStop::fatal;
  if (m_policy.repeatable == Repeatable::no && !rule.harmless) return RetryStop::not_repeatable;
  if (rule.once && (m_once_seen & bit_of(retry_class)) != 0) return RetryStop::once_only;
  if (m_failed >= m_policy.max_attempts) return RetryStop::attempts;
  return RetryStop::none;
}

// Full jitter: anything between nothing and the exponential bound.
nanoseconds RetryBudget::delay_after(RetryClass retry_class, std::optional<milliseconds> requested) const {
  const ClassRule& rule = rule_of(retry_class);
  if (rule.pace == Pace::at_once) return {};
  const milliseconds base =
      rule.pace == Pace::throttled ? m_policy.throttled_base_delay : m_policy.base_delay;
  const int exponent = static_cast<int>(std::min(m_paced_failures, 30U));
  const double bound_ms = std::min(std::ldexp(static_cast<double>(base.count()), exponent),
                                   static_cast<double>(m_policy.max_delay.count()));
  const auto computed =
      duration_cast<nanoseconds>(std::chrono::duration<double, std::milli>(bound_ms * m_random()));
  if (!requested) return computed;
  // Compared in milliseconds first: what a peer asks for may overflow nanoseconds.
  const milliseconds most = std::chrono::ceil<milliseconds>(computed) + m_policy.max_requested_extra;
  return std::max<nanoseconds>(computed, std::min(*requested, most));
}

void RetryBudget::succeeded() {
  m_tokens.give_back(m_last_cost == 0 ? 1 : m_last_cost);
}

std::optional<nanoseconds> RetryBudget::time_left() const {
  if (!m_deadline) return std::nullopt;
  return std::max<nanoseconds>(*m_deadline - m_clock.steady_now(), nanoseconds::zero());
}

}  // namespace fanfold
