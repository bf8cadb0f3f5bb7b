#include "runtime/core/clock.h"

#include <sys/resource.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace fanfold {
namespace {

class SystemClock final : public Clock {
 public:
  SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
  SystemTime system_now() const override { return std::chrono::system_clock::now(); }
  void sleep_for(std::chrono::nanoseconds duration) override { std::this_thread::sleep_for(duration); }
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

double process_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Not getrusage: its maximum is kept across exec, so that a program started by a large one would claim the
// other's memory.
std::uint64_t peak_memory_bytes() {
  constexpr std::string_view k_name = "VmHWM:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(k_name)) return std::strtoull(line.c_str() + k_name.size(), nullptr, 10) * 1024;
  }
  return 0;
}

}  // namespace fanfold
