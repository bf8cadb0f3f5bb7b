// Whether requests may be made: the way to end at once all that is under way, and yet to send what clears up
// after it.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>

#include "runtime/core/clock.h"

namespace fanfold::s3 {

// Thread-safe. Open at first.
class RequestGate {
 public:
  // What a request goes by from its beginning to its end.
  struct Pass {
    std::stop_token cancelled;
    std::optional<std::chrono::seconds> deadline;  // of the request with all its attempts
  };

  Pass pass() const;
  // Every request that has begun ends with `cancelled`, and so does every one that begins from now on. Not
  // for signal handlers.
  void cancel();
  // Requests may begin again, each with so long for all its attempts. What was cancelled stays cancelled.
  void begin_clean_up(std::chrono::seconds deadline);

 private:
  mutable std::mutex m_mutex;
  std::stop_source m_source;                         // guarded by m_mutex
  std::optional<std::chrono::seconds> m_deadline{};  // guarded by m_mutex
};

// A clock whose sleepers wake when a gate is closed. Thread-safe. Both outlive it.
class GatedClock final : public Clock {
 public:
  GatedClock(Clock& base, const RequestGate& gate) : m_base(base), m_gate(gate) {}

  SteadyTime steady_now() const override { return m_base.steady_now(); }
  SystemTime system_now() const override { return m_base.system_now(); }
  // By the machine's time.
  void sleep_for(std::chrono::nanoseconds duration) override;

 private:
  Clock& m_base;
  const RequestGate& m_gate;
};

}  // namespace fanfold::s3
