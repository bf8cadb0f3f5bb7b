// One execution environment: a child process, the APIs it finds, its logs, and the thread that serves it.
#pragma once

#include <poll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "orchestrator/local_host/environment_cgroup.h"
#include "orchestrator/local_host/function_log.h"
#include "orchestrator/local_host/runtime_endpoint.h"
#include "orchestrator/process/child_process.h"

namespace fanfold {

// submit(), stop(), usable() and late() are for any thread.
class Environment {
 public:
  // What all environments of a host share; outlives them.
  struct Shared {
    const LocalHostOptions& options;
    LogCollector& logs;
  };
  // repeated: the first init was late, and this one has the function's timeout, together with the event.
  enum class Init : std::uint8_t { first, repeated };
  // Called once, on the environment's thread, when the process is gone. `crashed`: it ended by itself.
  using OnEnd = std::function<void(Environment&, bool crashed)>;

  // Starts the process. Errors: as ChildProcess::spawn.
  static Result<std::shared_ptr<Environment>> start(const Shared& shared, Init init, OnEnd on_end);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();  // stops and joins

  // Begins to serve. Error: internal where there is no thread to be had.
  Status launch();
  // Whether it takes the invocation, which is borrowed until it is finished. Not after the process has ended.
  bool submit(PendingInvocation& invocation);
  void stop();
  bool usable() const { return m_usable; }
  // Workers that are busy with invocations that nobody waits for.
  std::size_t late() const { return m_late; }

 private:
  using SteadyClock = std::chrono::steady_clock;
  struct Work {
    PendingInvocation* invocation = nullptr;
    SteadyTime since{};  // of the delivery; before it: of the submission
    bool delivered = false;
    bool cold = false;                  // the first of its process
    std::int64_t deadline_unix_ms = 0;  // once delivered
    std::uint64_t log_mark = 0;
  };
  using Works = std::list<Work>;
  struct Parts;  // what start() has made
  using Kind = InvocationResult::Kind;

  Environment(const Shared& shared, Init init, OnEnd on_end, Parts parts);
  // environment.cc
  void run();
  void take_submitted();
  void wait_and_serve();
  std::size_t watch();
  void serve_callers(std::span<const pollfd> callers);
  void process_exited();
  void freeze_when_idle();
  void thaw();
  void close();
  void say_goodbye();
  // environment_work.cc
  bool concurrent() const { return m_shared.options.concurrency > 0; }
  void deliver();
  void deliver_to(Work& work);
  void take_outcomes();
  void expire();
  void expire_init();
  SteadyTime init_deadline() const;
  Deadline deadline_of(const Work& work) const;
  Deadline next_deadline() const;
  void finish(Works::iterator work, Kind kind, std::string body, std::string error_type);
  void finish_all(Kind kind);
  void abandon(Works::iterator work);
  void report(Work& work, InvocationResult& result);
  std::string body_of(Kind kind, const Work& work);
  void flush_finished();

  const Shared m_shared;
  const Init m_init;
  OnEnd m_on_end;
  FunctionLog m_log;
  EnvironmentCgroup m_cgroup;  // before the process, which must be gone when it is removed
  std::unique_ptr<RuntimeSession> m_session;
  ExtensionSession m_extensions;
  RuntimeEndpoint m_endpoint;
  StopEvent m_wake;
  const SteadyTime m_process_started = SteadyClock::now();
  SteadyTime m_initialised_at{};
  Works m_works;
  std::vector<std::pair<PendingInvocation*, InvocationResult>> m_finished;  // to be told
  std::vector<pollfd> m_watched;                                            // its memory is reused
  bool m_first = true;                                                      // no event has been delivered yet
  bool m_frozen = false;
  bool m_ending = false;
  bool m_exited = false;
  bool m_crashed = false;
  ChildProcess m_process;

  std::mutex m_mutex;
  std::vector<PendingInvocation*> m_submitted;  // guarded by m_mutex
  bool m_open = true;                           // guarded by m_mutex
  bool m_stopping = false;                      // guarded by m_mutex
  std::atomic<bool> m_usable{true};
  std::atomic<std::size_t> m_late{0};
  std::thread m_thread;
};

}  // namespace fanfold
