// Who may be invoked now: the limits of the platform, each with the reason it gives in its refusal.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "orchestrator/local_host/local_host.h"
#include "runtime/core/clock.h"

namespace fanfold {

// What a 429 says.
struct Refusal {
  std::string reason;
  std::chrono::seconds retry_after{1};
};

// Tokens that come back continuously, never more than `capacity`. Not thread-safe.
class TokenBucket {
 public:
  TokenBucket(double capacity, double per_second, SteadyTime now)
      : m_capacity(capacity), m_per_second(per_second), m_tokens(capacity), m_counted(now) {}
  // Takes a token. Else: how long until there is one.
  std::optional<std::chrono::duration<double>> take(SteadyTime now);

 private:
  double m_capacity;
  double m_per_second;
  double m_tokens;
  SteadyTime m_counted;
};

// Thread-safe.
class Admission {
 public:
  // `places`: invocations that can run at once.
  Admission(const AdmissionLimits& limits, std::uint32_t places, Clock& clock = system_clock());

  // One invocation more, until leave(); nothing means yes.
  std::optional<Refusal> enter();
  void leave();
  // One environment more, for good: the limit is on their starts.
  std::optional<Refusal> start_environment();

 private:
  const AdmissionLimits m_limits;
  Clock& m_clock;
  std::mutex m_mutex;
  std::uint64_t m_running = 0;            // guarded by m_mutex
  std::optional<TokenBucket> m_requests;  // guarded by m_mutex
  std::optional<TokenBucket> m_starts;    // guarded by m_mutex
};

}  // namespace fanfold
