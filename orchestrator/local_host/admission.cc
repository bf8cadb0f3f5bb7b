#include "orchestrator/local_host/admission.h"

#include <algorithm>

namespace fanfold {
namespace {

constexpr double k_scaling_window_seconds = 10;

Refusal refusal(const char* reason, std::chrono::duration<double> wait) {
  return {reason, std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait))};
}

}  // namespace

std::optional<std::chrono::duration<double>> TokenBucket::take(SteadyTime now) {
  const std::chrono::duration<double> since = now - m_counted;
  m_tokens = std::min(m_capacity, m_tokens + since.count() * m_per_second);
  m_counted = now;
  if (m_tokens < 1) return std::chrono::duration<double>((1 - m_tokens) / m_per_second);
  m_tokens -= 1;
  return std::nullopt;
}

Admission::Admission(const AdmissionLimits& limits, std::uint32_t places, Clock& clock)
    : m_limits(limits), m_clock(clock) {
  const SteadyTime now = clock.steady_now();
  if (limits.scaling_rate > 0) {
    const double count = limits.scaling_rate;
    m_starts.emplace(count, count / k_scaling_window_seconds, now);
  }
  if (limits.requests_per_environment > 0) {
    std::uint32_t concurrency = places;
    if (limits.account_concurrency > 0) concurrency = std::min(concurrency, limits.account_concurrency);
    if (limits.reserved_concurrency > 0) concurrency = std::min(concurrency, limits.reserved_concurrency);
    const double rate = static_cast<double>(limits.requests_per_environment) * concurrency;
    m_requests.emplace(rate, rate, now);
  }
}

std::optional<Refusal> Admission::enter() {
  const std::lock_guard lock(m_mutex);
  constexpr std::chrono::duration<double> k_soon{1};
  if (m_limits.reserved_concurrency > 0 && m_running >= m_limits.reserved_concurrency) {
    return refusal("ReservedFunctionConcurrentInvocationLimitExceeded", k_soon);
  }
  if (m_limits.account_concurrency > 0 && m_running >= m_limits.account_concurrency) {
    return refusal("ConcurrentInvocationLimitExceeded", k_soon);
  }
  if (m_requests) {
    if (const auto wait = m_requests->take(m_clock.steady_now())) {
      return refusal(m_limits.reserved_concurrency > 0 ? "ReservedFunctionInvocationRateLimitExceeded"
                                                       : "FunctionInvocationRateLimitExceeded",
                     *wait);
    }
  }
  ++m_running;
  return std::nullopt;
}

void Admission::leave() {
  const std::lock_guard lock(m_mutex);
  --m_running;
}

std::optional<Refusal> Admission::start_environment() {
  const std::lock_guard lock(m_mutex);
  if (!m_starts) return std::nullopt;
  const auto wait = m_starts->take(m_clock.steady_now());
  if (!wait) return std::nullopt;
  return refusal("FunctionInvocationRateLimitExceeded", *wait);
}

}  // namespace fanfold
