#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "runtime/aws/context.h"
#include "runtime/core/handle.h"
#include "runtime/net/socket.h"

namespace fanfold::aws {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// stdin is empty, stdout ours, stderr the user's; a process group of its own, so that all of it can be ended.
class SpawnSettings {
 public:
  explicit SpawnSettings(int stdout_fd) {
    ::posix_spawn_file_actions_init(&m_actions);
    ::posix_spawn_file_actions_addopen(&m_actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&m_actions, stdout_fd, STDOUT_FILENO);
    ::posix_spawnattr_init(&m_attributes);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&m_attributes, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&m_attributes, &signals);
    ::posix_spawnattr_setpgroup(&m_attributes, 0);
    ::posix_spawnattr_setflags(&m_attributes,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&m_actions);
    ::posix_spawnattr_destroy(&m_attributes);
  }
  const posix_spawn_file_actions_t* actions() const { return &m_actions; }
  const posix_spawnattr_t* attributes() const { return &m_attributes; }

 private:
  posix_spawn_file_actions_t m_actions{};
  posix_spawnattr_t m_attributes{};
};

// One child and its process group; both are gone when this object is.
class Child {
 public:
  explicit Child(pid_t pid) : m_pid(pid), m_exit_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }

  int exit_fd() const { return m_exit_fd.get(); }
  // Kills what still runs. The status of the child itself.
  int end() {
    if (m_pid < 0) return m_status;
    // Not yet reaped, so its number, and its group's, belongs to nobody else.
    ::kill(-m_pid, SIGKILL);
    while (::waitpid(m_pid, &m_status, 0) < 0 && errno == EINTR) {
    }
    m_pid = -1;
    return m_status;
  }

 private:
  pid_t m_pid;
  UniqueFd m_exit_fd;
  int m_status = 0;
};

// Takes what lies in the pipe; whether there may be more.
Result<bool> take_output(int fd, const Command& command, std::string& output) {
  std::array<char, 4096> buffer;
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (output.size() + static_cast<std::size_t>(got) > command.max_output_bytes) {
    return make_error(ErrorKind::corrupt_data, "'{}' writes more than {} bytes", command.argv.front(),
                      command.max_output_bytes);
  }
  output.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

// Until the child has ended and its output is read, or its time is over. What the child left running may keep
// the pipe open; nobody waits for that.
Status collect(const Child& child, int output_fd, const Command& command, std::string& output) {
  const Deadline deadline = std::chrono::steady_clock::now() + command.time_limit;
  bool open = true;
  while (true) {
    std::array<pollfd, 2> watched{pollfd{open ? output_fd : -1, POLLIN, 0},
                                  pollfd{child.exit_fd(), POLLIN, 0}};
    if (!poll_until(watched, deadline)) {
      return make_error(ErrorKind::timeout, "'{}' did not end within {} seconds", command.argv.front(),
                        std::chrono::duration<double>(command.time_limit).count());
    }
    if (watched[0].revents != 0) {
      FANFOLD_ASSIGN(open, take_output(output_fd, command, output));
    } else if (watched[1].revents != 0) {
      return {};
    }
  }
}

Status check_exit(int status, const Command& command) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFSIGNALED(status)) {
    return make_error(ErrorKind::internal, "'{}' was ended by signal {}", command.argv.front(),
                      WTERMSIG(status));
  }
  return make_error(ErrorKind::internal, "'{}' failed with exit status {}", command.argv.front(),
                    WEXITSTATUS(status));
}

}  // namespace

Result<Secret> run_command(const Command& command) {
  if (command.argv.empty()) return Error(ErrorKind::invalid_argument, "there is no command to run");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error(errno, "make a pipe");
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  const std::vector<char*> argv = pointers_to(command.argv);
  const std::vector<char*> environment = pointers_to(command.environment);
  const SpawnSettings settings(write_end.get());
  pid_t pid = -1;
  const int error_number = ::posix_spawnp(&pid, argv.front(), settings.actions(), settings.attributes(),
                                          argv.data(), environment.data());
  if (error_number != 0) return errno_error(error_number, fmt::format("run '{}'", command.argv.front()));
  Child child(pid);
  write_end.reset();
  if (child.exit_fd() < 0) return errno_error(errno, "watch a child process");
  std::string output;
  output.reserve(command.max_output_bytes);  // grown later, it would leave copies
  const WipeAtEnd wipe(output);
  FANFOLD_TRY(collect(child, read_end.get(), command, output));
  FANFOLD_TRY(check_exit(child.end(), command));
  return Secret(output);
}

}  // namespace fanfold::aws
