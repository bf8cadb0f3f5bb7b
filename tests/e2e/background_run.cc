#include "tests/e2e/background_run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fanfold::e2e {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::vector<std::string> environment_with(const Variables& variables) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!variables.contains(text.substr(0, text.find('=')))) environment.push_back(text);
  }
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  // The name in parentheses may hold anything.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream rest(text.substr(name_end + 1));
  std::string state;
  pid_t parent = 0;
  rest >> state >> parent;
  return parent;
}

std::multimap<pid_t, pid_t> children_by_parent() {
  std::multimap<pid_t, pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto pid = static_cast<pid_t>(std::stol(name));
    children.emplace(parent_of(pid), pid);
  }
  return children;
}

}  // namespace

WatchedProcesses::WatchedProcesses(const std::vector<pid_t>& pids) {
  for (const pid_t pid : pids) {
    UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (end) {
      m_ends.push_back(std::move(end));
    } else {
      EXPECT_EQ(errno, ESRCH) << "cannot watch process " << pid;
    }
  }
}

bool WatchedProcesses::all_end_within(std::chrono::milliseconds limit) const {
  const auto until = SteadyClock::now() + limit;
  for (const UniqueFd& end : m_ends) {
    pollfd watched{end.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
    if (::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) != 1) return false;
  }
  return true;
}

std::vector<pid_t> descendants_of(pid_t pid) {
  const auto children = children_by_parent();
  std::vector<pid_t> found{pid};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [begin, end] = children.equal_range(found[i]);
    for (auto child = begin; child != end; ++child) found.push_back(child->second);
  }
  found.erase(found.begin());
  return found;
}

BackgroundRun::BackgroundRun(const std::vector<std::string>& argv, const Variables& variables) {
  const std::string out = m_folder.path() + "/out";
  const std::string err = m_folder.path() + "/err";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_CREAT | O_WRONLY, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_CREAT | O_WRONLY, 0600);
  // A shell that runs the tests in the background may have SIGINT ignored; a program in a terminal has not.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGHUP, SIGTERM}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const std::vector<std::string> environment = environment_with(variables);
  const int problem = posix_spawn(&m_pid, argv.front().c_str(), &actions, &attributes, pointers(argv).data(),
                                  pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) {
    ADD_FAILURE() << "cannot start " << argv.front() << ": error " << problem;
    m_pid = 0;
  }
}

BackgroundRun::~BackgroundRun() {
  if (m_pid == 0) return;
  ::kill(m_pid, SIGKILL);
  ::waitpid(m_pid, nullptr, 0);
}

void BackgroundRun::signal(int number) const {
  if (m_pid != 0) ::kill(m_pid, number);
}

ProgramRun BackgroundRun::wait() {
  ProgramRun run;
  if (m_pid == 0) return run;
  int status = 0;
  EXPECT_EQ(::waitpid(m_pid, &status, 0), m_pid);
  m_pid = 0;
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.output = read_file(m_folder.path() + "/out");
  run.errors = read_file(m_folder.path() + "/err");
  return run;
}

ProgramRun run_program(const std::vector<std::string>& argv, const Variables& variables) {
  return BackgroundRun(argv, variables).wait();
}

}  // namespace fanfold::e2e
