// A program that runs beside the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/core/handle.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {

using Variables = std::map<std::string, std::string>;

// Processes that are watched for their end, whoever their parent is.
class WatchedProcesses {
 public:
  explicit WatchedProcesses(const std::vector<pid_t>& pids);
  std::size_t size() const { return m_ends.size(); }
  bool all_end_within(std::chrono::milliseconds limit) const;

 private:
  std::vector<UniqueFd> m_ends;
};

// Children and theirs, as /proc has them now.
std::vector<pid_t> descendants_of(pid_t pid);

class BackgroundRun {
 public:
  // The test's environment, with `variables` in place of its own. argv[0] is a path.
  BackgroundRun(const std::vector<std::string>& argv, const Variables& variables);
  ~BackgroundRun();  // kills what still runs
  BackgroundRun(const BackgroundRun&) = delete;
  BackgroundRun& operator=(const BackgroundRun&) = delete;

  pid_t pid() const { return m_pid; }
  void signal(int number) const;
  ProgramRun wait();

 private:
  TemporaryFolder m_folder;
  pid_t m_pid = 0;  // 0: ended and reaped
};

ProgramRun run_program(const std::vector<std::string>& argv, const Variables& variables);

}  // namespace fanfold::e2e
