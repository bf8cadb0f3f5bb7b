// A child process that cannot outlive us: the kernel kills it when this process ends, however that happens.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

struct SpawnOptions {
  std::vector<std::string> argv{};         // argv[0] without a slash is looked up in our PATH
  std::vector<std::string> environment{};  // complete, "NAME=value" each; nothing is inherited
  std::optional<std::string> working_directory{};
  int stdout_fd = -1;  // borrowed for the call; -1: ours is inherited
  int stderr_fd = -1;
  int extra_fd = -1;                            // borrowed for the call; the child finds it as k_extra_fd
  std::uint64_t address_space_limit_bytes = 0;  // RLIMIT_AS; 0: none
  std::uint64_t open_files_limit = 0;           // RLIMIT_NOFILE; 0: ours is inherited
  bool own_process_group = true;                // signals then reach the whole group
};

// The number under which a child finds SpawnOptions::extra_fd.
inline constexpr int k_extra_fd = 3;

struct ExitStatus {
  bool signalled = false;
  int code = 0;  // the signal's number, or the exit status
};

// Owns one child. stdin is /dev/null; signal mask and dispositions are the defaults; no other descriptor but
// `extra_fd` is passed on. Once the child has ended, what is left of its process group is killed, so nothing
// stays behind. Thread-safe: one thread may wait while another kills. Only moving and destroying need the
// owner alone.
class ChildProcess {
 public:
  // Errors: not_found or permission_denied for a program that cannot be run, invalid_argument for empty argv,
  // internal for resources.
  static Result<ChildProcess> spawn(const SpawnOptions& options);

  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // kills and reaps

  pid_t pid() const;
  // Becomes readable when the child has ended: for poll beside other descriptors. Owned by this object.
  int exit_fd() const;

  std::optional<ExitStatus> try_wait();
  ExitStatus wait();
  // Waits no longer than `timeout`.
  std::optional<ExitStatus> wait_for(std::chrono::milliseconds timeout);
  // SIGTERM, then SIGKILL after `grace`; returns when the child is reaped.
  void terminate(std::chrono::milliseconds grace);
  // SIGKILL; does not wait. Nothing happens once the child is reaped.
  void kill();
  // SIGSTOP, SIGCONT, ... to the child, and its group where it has one. Nothing happens once it is reaped.
  void signal(int number);

 private:
  struct State;
  explicit ChildProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
