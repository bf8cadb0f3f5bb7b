// Asynchronous invocations: answered at once, run when there is a place, tried again when they fail.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "orchestrator/local_host/function_calls.h"

namespace fanfold {

// Thread-safe. An invocation that is refused for want of a place is tried again after a pause that grows,
// without this counting as a try.
class AsyncCalls {
 public:
  AsyncCalls(const LocalHostOptions& options, FunctionCalls& calls, Statistics& statistics)
      : m_options(options), m_calls(calls), m_statistics(statistics) {}
  ~AsyncCalls() { stop(); }

  // False when the queue is full.
  bool submit(FunctionEvent event);
  // What waits is lost; waits for what runs, which the pool must have been told to end.
  void stop();

 private:
  struct Task {
    FunctionEvent event;
    std::size_t failures = 0;
    std::size_t refusals = 0;
  };

  void work();
  void ensure_worker();
  // When to try again; nothing when it is done with, well or not.
  std::optional<std::chrono::milliseconds> pause_after(const FunctionCalls::Outcome& outcome, Task& task);

  const LocalHostOptions& m_options;
  FunctionCalls& m_calls;
  Statistics& m_statistics;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::multimap<SteadyTime, Task> m_waiting;  // guarded by m_mutex; by when they are due
  std::size_t m_idle = 0;                     // guarded by m_mutex; threads that wait for work
  std::vector<std::thread> m_threads;         // guarded by m_mutex
  bool m_stopped = false;                     // guarded by m_mutex
};

}  // namespace fanfold
