// One environment: a child process, its Runtime API endpoint, its logs.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/local_host/local_host.h"
#include "orchestrator/local_host/log_collector.h"
#include "orchestrator/local_host/runtime_session.h"
#include "orchestrator/process/child_process.h"

namespace fanfold {

struct InvocationResult {
  enum class Kind : std::uint8_t {
    response,
    function_error,  // the function said so; the environment goes on
    init_error,      // the function said so; the environment is of no more use
    exited,          // the process ended instead of answering
    timed_out,
    stopped  // nobody waits: the caller has left, or the host is stopping; there is no body
  } kind = Kind::stopped;
  std::string body;
  std::string log;                      // what was printed meanwhile, the init of a new process included *
  std::chrono::nanoseconds duration{};  // from the event's delivery
  std::chrono::nanoseconds init_duration{};  // of a new process; else 0
  std::uint64_t peak_memory_bytes = 0;       // 0 where the process is gone *
  // * with Report::yes only
};

enum class Report : std::uint8_t { no, yes };

// Driven by the thread that calls invoke(). Not thread-safe, except kill().
class Environment {
 public:
  // What all environments of a host share; outlives them.
  struct Shared {
    const LocalHostOptions& options;
    LogCollector& logs;
    const StopEvent& stopping;
  };

  // Starts the process. Errors: as ChildProcess::spawn.
  static Result<std::unique_ptr<Environment>> start(const Shared& shared);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();  // kills the process

  // `caller_fd`: the caller's socket, -1 for none. When the caller leaves, the process is of no more use: a
  // function platform would let it run on, but here it keeps one of few places, and may hang.
  InvocationResult invoke(const FunctionEvent& event, Report report, int caller_fd = -1);
  // Whether the process still runs and may be given another event.
  bool usable();
  void kill() { m_process.kill(); }

 private:
  enum class Waited : std::uint8_t { served, exited, late, stopped };
  using Connections = std::list<HttpConnection>;

  Environment(const Shared& shared, UniqueFd listener, ChildProcess process, std::shared_ptr<LogTail> log,
              std::uint64_t log_id);
  InvocationResult drive(const FunctionEvent& event);
  Waited wait_and_serve();
  void serve_all();
  void accept_waiting();
  void serve(Connections::iterator connection);
  void drop(Connections::iterator connection);
  void deliver(const FunctionEvent& event);
  Deadline deadline() const;
  InvocationResult result_of(FunctionOutcome outcome);
  InvocationResult result_of_exit(const FunctionEvent& event);
  InvocationResult result_of_timeout(const FunctionEvent& event);

  Shared m_shared;
  UniqueFd m_listener;
  std::shared_ptr<LogTail> m_log;
  std::uint64_t m_log_id;
  RuntimeSession m_session;
  Connections m_connections;
  Connections::iterator m_parked;  // waits for an event; end() when none does
  std::vector<pollfd> m_watched;   // its memory is reused
  std::chrono::steady_clock::time_point m_process_started;
  std::chrono::steady_clock::time_point m_invocation_began;  // then: the event's first delivery
  std::chrono::system_clock::time_point m_event_deadline;
  bool m_delivered = false;
  bool m_unusable = false;
  int m_caller_fd = -1;  // borrowed for an invocation
  bool m_first = true;
  std::uint64_t m_log_mark = 0;
  ChildProcess m_process;  // last: ends before what it talks to
};

}  // namespace fanfold
