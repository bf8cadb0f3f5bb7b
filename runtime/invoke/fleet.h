// The workers of a process, from the first request for an event to the exit code.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/invoke/worker.h"

namespace fanfold {

// One in a process. Driven by one thread, which is also the first worker's.
class Fleet {
 public:
  // Makes a worker's handler.
  using Make = std::function<AnyHandler()>;

  static Result<std::unique_ptr<Fleet>> create(const RuntimeOptions& options, const Make& make);
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  int run();

 private:
  explicit Fleet(const RuntimeOptions& options) : m_options(options) {}
  void run_worker(Worker& worker);
  void start_other_workers();
  void interrupt_all();

  const RuntimeOptions& m_options;
  std::vector<std::unique_ptr<Worker>> m_workers;
  std::optional<ApiConnection> m_extension;  // parked
  std::mutex m_mutex;
  bool m_failed = false;               // guarded by m_mutex
  std::unique_ptr<CallWatch> m_watch;  // ends before the workers that it may interrupt
  std::vector<std::thread> m_threads;
};

}  // namespace fanfold
