// One thread that empties the pipes of all children, so that none blocks on printing while nobody looks.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "orchestrator/local_host/log_source.h"
#include "runtime/core/result.h"
#include "runtime/net/socket.h"

namespace fanfold {

// Thread-safe. The destructor joins the thread.
class LogCollector {
 public:
  static Result<std::unique_ptr<LogCollector>> start();
  LogCollector(const LogCollector&) = delete;
  LogCollector& operator=(const LogCollector&) = delete;
  ~LogCollector();

  // Watches until the last writer of the pipe is gone or remove() is called with the answer.
  Result<std::uint64_t> add(std::shared_ptr<LogSource> source);
  void remove(std::uint64_t id);

 private:
  LogCollector(UniqueFd epoll, StopEvent stopping);
  void collect();

  UniqueFd m_epoll;
  StopEvent m_stopping;
  std::mutex m_mutex;
  std::uint64_t m_last_id = 0;                                    // guarded by m_mutex; 0 is the stop event
  std::map<std::uint64_t, std::shared_ptr<LogSource>> m_sources;  // guarded by m_mutex
  std::thread m_thread;
};

}  // namespace fanfold
