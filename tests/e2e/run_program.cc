#include "tests/e2e/run_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/core/handle.h"

namespace fanfold::e2e {

namespace {

// The started program, or 0. stdout and stderr go where `actions` say.
pid_t start(const std::vector<std::string>& argv, posix_spawn_file_actions_t& actions) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, argv.front().c_str(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem == 0) return pid;
  ADD_FAILURE() << "cannot start " << argv.front() << ": error " << problem;
  return 0;
}

int exit_code_of(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProgramRun run_program(const std::vector<std::string>& argv) {
  const TemporaryFolder folder;
  const std::string out = folder.path() + "/out";
  const std::string err = folder.path() + "/err";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_CREAT | O_WRONLY, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_CREAT | O_WRONLY, 0600);
  ProgramRun run;
  const pid_t pid = start(argv, actions);
  if (pid == 0) return run;
  run.exit_code = exit_code_of(pid);
  run.output = read_file(out);
  run.errors = read_file(err);
  return run;
}

ProgramRun run_and_signal(const std::vector<std::string>& argv, const std::string& awaited, int signal) {
  std::array<int, 2> ends{};
  ProgramRun run;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    ADD_FAILURE() << "cannot make a pipe";
    return run;
  }
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDERR_FILENO);
  const pid_t pid = start(argv, actions);
  if (pid == 0) return run;
  write_end.reset();
  bool sent = false;
  std::array<char, 4096> chunk{};
  for (ssize_t got; (got = ::read(read_end.get(), chunk.data(), chunk.size())) > 0;) {
    run.errors.append(chunk.data(), static_cast<std::size_t>(got));
    if (sent || run.errors.find(awaited) == std::string::npos) continue;
    sent = ::kill(pid, signal) == 0;
  }
  EXPECT_TRUE(sent) << "'" << awaited << "' was not seen in: " << run.errors;
  run.exit_code = exit_code_of(pid);
  return run;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fanfold-e2e-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot make a folder like " << pattern;
  m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) ADD_FAILURE() << "cannot read " << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace fanfold::e2e
