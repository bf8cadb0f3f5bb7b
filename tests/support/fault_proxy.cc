#include "tests/support/fault_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "orchestrator/process/executable_path.h"

namespace fanfold::testing_support {
namespace {

struct Pipe {
  UniqueFd read_end, write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error(errno, "make a pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<pid_t> spawn(const std::vector<std::string>& words, int input, int output) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, argv.front(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return errno_error(problem, "start " + words.front());
  return pid;
}

// "listening on HOST:PORT", or what came in place of it.
std::string first_line(int fd) {
  std::string line;
  for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

bool FaultProxy::is_available() {
  return find_executable("python3").has_value();
}

Result<std::unique_ptr<FaultProxy>> FaultProxy::start(const std::string& upstream, const std::string& plan) {
  FANFOLD_ASSIGN(const std::string python, find_executable("python3"));
  std::unique_ptr<FaultProxy> proxy(new FaultProxy);
  proxy->m_folder = (std::filesystem::temp_directory_path() / "fanfold-proxy-XXXXXX").string();
  if (::mkdtemp(proxy->m_folder.data()) == nullptr) return errno_error(errno, "make a folder for the proxy");
  std::ofstream(proxy->m_folder + "/plan") << plan;
  FANFOLD_ASSIGN(Pipe life, make_pipe());
  FANFOLD_ASSIGN(Pipe output, make_pipe());
  FANFOLD_ASSIGN(proxy->m_pid, spawn({python, FANFOLD_FAULT_PROXY, "--upstream", upstream, "--plan",
                                      proxy->m_folder + "/plan", "--log", proxy->m_folder + "/log"},
                                     life.read_end.get(), output.write_end.get()));
  proxy->m_life = std::move(life.write_end);
  output.write_end.reset();  // so that the end of the proxy is the end of its output
  const std::string line = first_line(output.read_end.get());
  constexpr std::string_view k_greeting = "listening on ";
  if (!line.starts_with(k_greeting)) {
    return make_error(ErrorKind::internal, "the proxy does not listen: it says '{}'", line);
  }
  proxy->m_address = line.substr(k_greeting.size());
  proxy->m_words = std::move(output.read_end);
  return proxy;
}

FaultProxy::~FaultProxy() {
  m_life.reset();
  if (m_pid != 0) ::waitpid(m_pid, nullptr, 0);
  std::error_code ignored;
  if (!m_folder.empty()) std::filesystem::remove_all(m_folder, ignored);
}

bool FaultProxy::await_stall() const {
  pollfd said{m_words.get(), POLLIN, 0};
  return ::poll(&said, 1, 60'000) == 1 && first_line(m_words.get()) == "stalling";
}

std::string FaultProxy::log() const {
  std::ostringstream text;
  text << std::ifstream(m_folder + "/log").rdbuf();
  return text.str();
}

}  // namespace fanfold::testing_support
