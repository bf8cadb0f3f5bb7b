// The local function host: the Invoke API on one side, the Runtime API on the other, and between them a pool
// of child processes, each an environment that runs one invocation at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

struct LocalHostOptions {
  std::vector<std::string> bootstrap{};    // argv of the runtime process
  std::vector<std::string> environment{};  // "NAME=value" each; wins over what the host sets itself
  std::string function_name = "fanfold";
  std::uint32_t max_environments = 1;
  std::uint64_t memory_mb = 1769;                       // told to the function
  std::uint64_t address_space_limit_bytes = 0;          // RLIMIT_AS of a process; 0: none
  std::chrono::milliseconds function_timeout{900'000};  // from the event's delivery to the answer
  std::chrono::milliseconds init_timeout{10'000};       // from the start of the process to its first request
  std::string listen = "127.0.0.1:0";                   // numeric IPv4 address and port; 0: any free one
  bool verbose = false;                                 // the processes' output also goes to our stderr
};

struct LocalHostStats {
  std::uint64_t cold_starts = 0;   // processes started
  std::uint64_t invocations = 0;   // admitted, finished or not
  std::uint64_t errors = 0;        // answers with a function error, crashes and timeouts included
  std::uint64_t crashes = 0;       // processes that ended by themselves
  std::uint64_t timeouts = 0;      // processes killed for being late
  std::uint64_t throttled = 0;     // refused with 429
  std::uint32_t environments = 0;  // alive now, as far as known
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
  // Kills all processes, closes all connections, joins all threads. Promptly, whatever is running;
  // idempotent.
  void stop();

 private:
  struct State;
  explicit LocalHost(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

// Prints the endpoint as one line on stdout and serves until asked to stop.
Status run_local_host(LocalHostOptions options, std::stop_token stop);

}  // namespace fanfold
