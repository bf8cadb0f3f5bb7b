// Time as something that can be handed in, so that tests of timeouts and back-off take none.
#pragma once

#include <chrono>
#include <cstdint>

namespace fanfold {

using SteadyTime = std::chrono::steady_clock::time_point;
using SystemTime = std::chrono::system_clock::time_point;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime steady_now() const = 0;
  virtual SystemTime system_now() const = 0;
  virtual void sleep_for(std::chrono::nanoseconds duration) = 0;
};

// The machine's clock.
Clock& system_clock();

// CPU seconds (user and system) of this process, all threads.
double process_cpu_seconds();
// Peak resident memory of this process in bytes (VmHWM), 0 where it cannot be known.
std::uint64_t peak_memory_bytes();

}  // namespace fanfold
