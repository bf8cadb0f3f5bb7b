// The local function host: the Invoke API on one side, the Runtime and Extensions APIs on the other, and
// between them a pool of child processes, each an execution environment.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

// Who is turned away with 429. Zeros mean no limit; the number of environments always is one.
struct AdmissionLimits {
  std::uint32_t account_concurrency = 0;       // invocations at once, as of all functions of an account
  std::uint32_t reserved_concurrency = 0;      // of this function
  std::uint32_t scaling_rate = 0;              // new environments in ten seconds; the platform's: 1,000
  std::uint32_t requests_per_environment = 0;  // per second and possible environment; the platform's: 10
};

struct LocalHostOptions {
  std::vector<std::string> bootstrap{};    // argv of the runtime process
  std::vector<std::string> environment{};  // "NAME=value" each; wins over what the host sets itself
  std::string function_name = "fanfold";
  std::uint32_t max_environments = 1;
  // Invocations at once in one process. 0: the classic mode, one, and no AWS_LAMBDA_MAX_CONCURRENCY.
  std::uint32_t concurrency = 0;
  AdmissionLimits admission{};
  std::uint64_t memory_mb = 1769;                       // told to the function
  std::uint64_t address_space_limit_bytes = 0;          // RLIMIT_AS of a process; 0: none
  std::uint64_t open_files_limit = 0;                   // RLIMIT_NOFILE of a process; 0: ours
  std::string cgroup{};                                 // see EnvironmentCgroup; empty: none
  std::uint64_t cgroup_memory_bytes = 0;                // of an environment, in its cgroup; 0: no limit
  std::uint64_t cgroup_processes = 0;                   // processes and threads likewise
  std::chrono::milliseconds function_timeout{900'000};  // from the event's delivery to the answer
  std::chrono::milliseconds init_timeout{10'000};       // from the start of the process to its first request
  std::chrono::milliseconds shutdown_grace{500};  // from SIGTERM to SIGKILL, where an extension asked for it
  bool freeze = false;                            // SIGSTOP between invocations; never with `concurrency`
  std::string log_format{};        // AWS_LAMBDA_LOG_FORMAT; empty: Text, JSON with `concurrency`
  std::string log_level{};         // AWS_LAMBDA_LOG_LEVEL; empty: unset
  bool framed_log = false;         // offer _LAMBDA_TELEMETRY_LOG_FD
  std::size_t async_queue = 1000;  // asynchronous invocations that wait
  // Before the second and the third try of an asynchronous invocation that failed.
  std::vector<std::chrono::milliseconds> async_retries{std::chrono::minutes(1), std::chrono::minutes(2)};
  std::uint64_t stream_free_bytes = 0;        // of a streamed answer before its rate is limited
  std::uint64_t stream_bytes_per_second = 0;  // afterwards; 0: no limit. The platform's: 6 MB, 2 MB/s
  std::string listen = "127.0.0.1:0";         // numeric IPv4 address and port; 0: any free one
  bool verbose = false;                       // the processes' output also goes to our stderr
};

struct LocalHostStats {
  std::uint64_t cold_starts = 0;    // processes started
  std::uint64_t invocations = 0;    // that ended, refusals apart
  std::uint64_t errors = 0;         // answers with a function error, crashes and timeouts included
  std::uint64_t crashes = 0;        // processes that ended by themselves
  std::uint64_t timeouts = 0;       // invocations and inits that were late
  std::uint64_t throttled = 0;      // refused with 429
  std::uint64_t async_failed = 0;   // asynchronous invocations given up after their last try
  std::uint32_t environments = 0;   // alive now
  std::uint32_t async_waiting = 0;  // in the queue now
};

// Thread-safe. The destructor stops.
class LocalHost {
 public:
  // Listens, and starts no process before the first invocation.
  // Errors: invalid_argument for options, errno's for an address that cannot be bound.
  static Result<std::unique_ptr<LocalHost>> start(LocalHostOptions options);

  LocalHost(const LocalHost&) = delete;
  LocalHost& operator=(const LocalHost&) = delete;
  ~LocalHost();

  std::string endpoint() const;  // http://127.0.0.1:port
  LocalHostStats stats() const;
  // Ends all processes, closes all connections, joins all threads. Promptly, whatever is running: no later
  // than the grace that extensions have. Asynchronous invocations that wait are lost. Idempotent.
  void stop();

 private:
  struct State;
  explicit LocalHost(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

// Prints the endpoint as one line on stdout and serves until asked to stop.
Status run_local_host(LocalHostOptions options, std::stop_token stop);

}  // namespace fanfold
