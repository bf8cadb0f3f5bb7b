#include "bench/runtime/invoke/measured_process.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

namespace fanfold::bench {

MeasuredProcess::MeasuredProcess(const std::string& program, const std::string& api)
    : m_pid((::setenv("AWS_LAMBDA_RUNTIME_API", api.c_str(), 1), ::vfork())) {
  if (m_pid == 0) {
    ::execl(program.c_str(), program.c_str(), nullptr);
    ::_exit(127);
  }
}

MeasuredProcess::~MeasuredProcess() {
  ::kill(m_pid, SIGKILL);
  ::waitpid(m_pid, nullptr, 0);
}

std::uint64_t MeasuredProcess::peak_memory_kib() const {
  std::ifstream status("/proc/" + std::to_string(m_pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

}  // namespace fanfold::bench
