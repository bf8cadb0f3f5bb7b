// A clock that stands still unless it is told otherwise; sleeping moves it and is recorded.
#pragma once

#include <mutex>
#include <vector>

#include "runtime/core/clock.h"

namespace fanfold {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(SystemTime now = SystemTime(std::chrono::seconds(1'795'270'999))) : m_system(now) {}

  SteadyTime steady_now() const override {
    const std::lock_guard lock(m_mutex);
    return m_steady;
  }
  SystemTime system_now() const override {
    const std::lock_guard lock(m_mutex);
    return m_system;
  }
  void sleep_for(std::chrono::nanoseconds duration) override {
    advance(duration);
    const std::lock_guard lock(m_mutex);
    m_sleeps.push_back(duration);
  }
  void advance(std::chrono::nanoseconds duration) {
    const std::lock_guard lock(m_mutex);
    m_steady += duration;
    m_system += std::chrono::duration_cast<SystemTime::duration>(duration);
  }
  std::vector<std::chrono::nanoseconds> sleeps() const {
    const std::lock_guard lock(m_mutex);
    return m_sleeps;
  }

 private:
  mutable std::mutex m_mutex;
  SteadyTime m_steady{};
  SystemTime m_system;
  std::vector<std::chrono::nanoseconds> m_sleeps;
};

}  // namespace fanfold
