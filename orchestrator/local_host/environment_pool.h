// Which environment serves an invocation.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "orchestrator/local_host/admission.h"
#include "orchestrator/local_host/environment.h"
#include "orchestrator/local_host/statistics.h"

namespace fanfold {

// Thread-safe. Environments that are idle stay until they die or the pool is stopped.
class EnvironmentPool {
 public:
  EnvironmentPool(const Environment::Shared& shared, Admission& admission, Statistics& statistics)
      : m_shared(shared), m_admission(admission), m_statistics(statistics) {}
  ~EnvironmentPool() { stop(); }

  // One of the three.
  struct Acquired {
    std::shared_ptr<Environment> environment{};
    std::optional<Refusal> refusal{};
    std::optional<Error> error{};  // as Environment::start; cancelled after stop()
  };
  // A free place in the environment that was used last, else in a new one.
  Acquired acquire(Environment::Init init);
  // Gives the place back.
  void release(const Environment& environment);
  // Ends all environments and waits for that. Idempotent.
  void stop();

 private:
  struct Member {
    std::shared_ptr<Environment> environment;
    std::size_t running = 0;  // invocations
  };

  std::shared_ptr<Environment> take_place();
  Acquired start(Environment::Init init);
  void ended(const Environment& environment, bool crashed);
  void count_environments();
  void join_ended();

  const Environment::Shared m_shared;
  Admission& m_admission;
  Statistics& m_statistics;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::vector<Member> m_members;                      // guarded by m_mutex; the last used at the back
  std::vector<std::shared_ptr<Environment>> m_ended;  // guarded by m_mutex; their threads are to be joined
  std::size_t m_starting = 0;                         // guarded by m_mutex
  bool m_stopped = false;                             // guarded by m_mutex
};

}  // namespace fanfold
