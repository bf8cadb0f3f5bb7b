// Which environment serves an invocation.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "orchestrator/local_host/environment.h"

namespace fanfold {

// Thread-safe. Environments that are idle stay until they die or the pool is cleared.
class EnvironmentPool {
 public:
  explicit EnvironmentPool(const Environment::Shared& shared) : m_shared(shared) {}

  // The idle one that was used last, else a new one. Errors: throttled at the limit; as Environment::start.
  Result<std::unique_ptr<Environment>> acquire();
  // Gives it back with what became of the invocation. One of no more use is destroyed here.
  void release(std::unique_ptr<Environment> environment, InvocationResult::Kind kind);
  // Destroys the idle ones.
  void clear();
  LocalHostStats stats() const;

 private:
  std::unique_ptr<Environment> pop_idle();
  Result<std::unique_ptr<Environment>> start_counted();
  void count_result(InvocationResult::Kind kind);

  Environment::Shared m_shared;
  mutable std::mutex m_mutex;
  std::vector<std::unique_ptr<Environment>> m_idle;  // guarded by m_mutex; the last used at the back
  LocalHostStats m_stats;                            // guarded by m_mutex; environments: busy and idle
};

}  // namespace fanfold
