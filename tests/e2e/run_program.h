// Runs a program as its user does.
#pragma once

#include <string>
#include <vector>

namespace fanfold::e2e {

struct ProgramRun {
  int exit_code = -1;  // 128 + number for a signal
  std::string output;  // stdout
  std::string errors;  // stderr
};

// argv[0] is a path. Waits for the end.
ProgramRun run_program(const std::vector<std::string>& argv);

// Sends `signal` as soon as `awaited` stands in the program's stderr. Fails the test where the program ends
// before.
ProgramRun run_and_signal(const std::vector<std::string>& argv, const std::string& awaited, int signal);

// A new empty folder, removed with everything in it at the end of its life.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

std::string read_file(const std::string& path);

}  // namespace fanfold::e2e
