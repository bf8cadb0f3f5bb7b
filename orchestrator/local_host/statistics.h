// What a host counts.
#pragma once

#include <mutex>

#include "orchestrator/local_host/local_host.h"

namespace fanfold {

// Thread-safe.
class Statistics {
 public:
  void count(std::uint64_t LocalHostStats::*what) {
    const std::lock_guard lock(m_mutex);
    ++(m_stats.*what);
  }
  void set(std::uint32_t LocalHostStats::*what, std::size_t value) {
    const std::lock_guard lock(m_mutex);
    m_stats.*what = static_cast<std::uint32_t>(value);
  }
  LocalHostStats read() const {
    const std::lock_guard lock(m_mutex);
    return m_stats;
  }

 private:
  mutable std::mutex m_mutex;
  LocalHostStats m_stats;  // guarded by m_mutex
};

}  // namespace fanfold
