#include "orchestrator/process/child_process.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <mutex>

#include "orchestrator/process/executable_path.h"
#include "orchestrator/process/spawner.h"
#include "runtime/core/handle.h"

namespace fanfold {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int k_unknown_exit_code = 255;

ExitStatus from_siginfo(const siginfo_t& info) {
  return {.signalled = info.si_code != CLD_EXITED, .code = info.si_status};
}

// Whether `fd` became readable by then.
bool wait_readable(int fd, std::optional<Clock::time_point> until) {
  for (;;) {
    int timeout_ms = -1;
    if (until) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now()).count();
      timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
    }
    pollfd watched{fd, POLLIN, 0};
    const int ready = ::poll(&watched, 1, timeout_ms);
    if (ready > 0) return true;
    if (ready == 0 && until && Clock::now() >= *until) return false;
  }
}

}  // namespace

struct ChildProcess::State {
  pid_t pid = -1;
  UniqueFd exit_fd;
  bool own_process_group = true;
  std::mutex mutex;
  std::optional<ExitStatus> status;  // guarded by mutex; set when reaped

  pid_t target() const { return own_process_group ? -pid : pid; }

  // Until the child is reaped its number, and its group's, cannot belong to anybody else.
  void signal(int number) {
    const std::lock_guard lock(mutex);
    if (!status) ::kill(target(), number);
  }

  std::optional<ExitStatus> reap_if_ended() {
    const std::lock_guard lock(mutex);
    if (status) return status;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
      // Somebody else reaped it (SIGCHLD ignored, say): it is gone all the same, how is not known.
      if (errno == ECHILD) status = ExitStatus{.signalled = false, .code = k_unknown_exit_code};
      return status;
    }
    if (info.si_pid == 0) return std::nullopt;
    if (own_process_group) ::kill(-pid, SIGKILL);
    ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
    status = from_siginfo(info);
    return status;
  }
};

ChildProcess::ChildProcess(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ChildProcess::ChildProcess(ChildProcess&&) noexcept = default;

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    ChildProcess old(std::move(m_state));
    m_state = std::move(other.m_state);
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  if (!m_state) return;
  kill();
  wait();
}

Result<ChildProcess> ChildProcess::spawn(const SpawnOptions& options) {
  if (options.argv.empty()) return Error(ErrorKind::invalid_argument, "cannot run a program without a name");
  FANFOLD_ASSIGN(const std::string program, find_executable(options.argv.front()));
  FANFOLD_ASSIGN(SpawnedProcess spawned, spawn_on_lasting_thread(program, options));
  auto state = std::make_unique<State>();
  state->pid = spawned.pid;
  state->exit_fd = std::move(spawned.exit_fd);
  state->own_process_group = options.own_process_group;
  return ChildProcess(std::move(state));
}

pid_t ChildProcess::pid() const {
  return m_state->pid;
}
int ChildProcess::exit_fd() const {
  return m_state->exit_fd.get();
}

std::optional<ExitStatus> ChildProcess::try_wait() {
  return m_state->reap_if_ended();
}

ExitStatus ChildProcess::wait() {
  for (;;) {
    if (const auto status = m_state->reap_if_ended()) return *status;
    wait_readable(m_state->exit_fd.get(), std::nullopt);
  }
}

std::optional<ExitStatus> ChildProcess::wait_for(std::chrono::milliseconds timeout) {
  wait_readable(m_state->exit_fd.get(), Clock::now() + timeout);
  return m_state->reap_if_ended();
}

void ChildProcess::terminate(std::chrono::milliseconds grace) {
  m_state->signal(SIGTERM);
  if (wait_for(grace)) return;
  kill();
  wait();
}

void ChildProcess::kill() {
  m_state->signal(SIGKILL);
}
void ChildProcess::signal(int number) {
  m_state->signal(number);
}

}  // namespace fanfold
