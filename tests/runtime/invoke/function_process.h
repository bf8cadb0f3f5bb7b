// A function's program as a child process.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "runtime/core/handle.h"

namespace fanfold {

class FunctionProcess {
 public:
  FunctionProcess(const std::string& program, const std::string& api, std::vector<std::string> more = {}) {
    more.push_back("AWS_LAMBDA_RUNTIME_API=" + api);
    std::vector<char*> environment;
    for (std::string& entry : more) environment.push_back(entry.data());
    environment.push_back(nullptr);
    std::string name = program;
    char* const arguments[] = {name.data(), nullptr};
    m_pid = ::fork();
    if (m_pid == 0) {
      ::execve(arguments[0], arguments, environment.data());
      ::_exit(127);
    }
    m_handle.reset(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0)));
  }
  FunctionProcess(const FunctionProcess&) = delete;
  FunctionProcess& operator=(const FunctionProcess&) = delete;
  ~FunctionProcess() {
    if (m_pid <= 0) return;
    signal(SIGKILL);
    signal(SIGCONT);
    ::waitpid(m_pid, nullptr, 0);
  }

  pid_t pid() const { return m_pid; }
  void signal(int number) const { ::kill(m_pid, number); }
  void freeze() const {
    signal(SIGSTOP);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(m_pid), &info, WSTOPPED | WNOWAIT);
  }
  void thaw() const { signal(SIGCONT); }
  // The exit code, 128 and the signal's number after a signal; nothing where it has not ended in time.
  std::optional<int> wait_for_end(std::chrono::milliseconds limit) {
    pollfd watched{m_handle.get(), POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(limit.count())) <= 0) return std::nullopt;
    int status = 0;
    ::waitpid(m_pid, &status, 0);
    m_pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t m_pid = -1;
  UniqueFd m_handle;
};

}  // namespace fanfold
