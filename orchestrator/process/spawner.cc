#include "orchestrator/process/spawner.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace fanfold {
namespace {

constexpr int k_first_free_fd = k_extra_fd + 1;
constexpr unsigned k_close_range_cloexec = 4;  // CLOSE_RANGE_CLOEXEC, which older headers lack

// All that the child needs, made ready before it exists: it may neither allocate nor lock.
struct Preparation {
  const char* program = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* working_directory = nullptr;
  std::array<int, 4> passed_fds{-1, -1, -1, -1};  // the standard ones and the extra one; each >= 4, or -1
  int report_fd = -1;
  std::uint64_t address_space_limit_bytes = 0;
  std::uint64_t open_files_limit = 0;
  bool own_process_group = true;
  pid_t parent = -1;
};

[[noreturn]] void report_and_exit(const Preparation& preparation) {
  const int error_number = errno;
  [[maybe_unused]] const ssize_t ignored = ::write(preparation.report_fd, &error_number, sizeof error_number);
  ::_exit(127);
}

void reset_signals() {
  struct sigaction defaults {};
  defaults.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &defaults, nullptr);  // some refuse
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);  // NOLINT(concurrency-mt-unsafe): the child has one thread
}

bool limit_address_space(std::uint64_t bytes) {
  if (bytes == 0) return true;
  const rlimit limit{bytes, bytes};
  return ::setrlimit(RLIMIT_AS, &limit) == 0;
}

// Not more than we may have ourselves.
bool limit_open_files(std::uint64_t count) {
  rlimit limit{};
  if (count == 0) return true;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (count < limit.rlim_max) limit.rlim_max = count;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool place_fds(const Preparation& preparation) {
  for (int target = 0; target <= k_extra_fd; ++target) {
    const int source = preparation.passed_fds[static_cast<std::size_t>(target)];
    if (source >= 0 && ::dup2(source, target) < 0) return false;
  }
  // Ours are close-on-exec from birth; this is for those that a library opened without.
  const bool has_extra = preparation.passed_fds[k_extra_fd] >= 0;
  ::syscall(SYS_close_range, has_extra ? k_first_free_fd : k_extra_fd, ~0U, k_close_range_cloexec);
  return true;
}

// Runs in the child, in the parent's memory: system calls only.
[[noreturn]] void become_program(const Preparation& preparation) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) report_and_exit(preparation);
  // The parent may have died before the line above.
  if (::getppid() != preparation.parent) ::_exit(127);
  if (preparation.own_process_group && ::setpgid(0, 0) != 0) report_and_exit(preparation);
  if (!place_fds(preparation)) report_and_exit(preparation);
  if (preparation.working_directory != nullptr && ::chdir(preparation.working_directory) != 0) {
    report_and_exit(preparation);
  }
  if (!limit_address_space(preparation.address_space_limit_bytes)) report_and_exit(preparation);
  if (!limit_open_files(preparation.open_files_limit)) report_and_exit(preparation);
  reset_signals();
  ::execve(preparation.program, preparation.argv, preparation.environment);
  report_and_exit(preparation);
}

// A function of its own, so that no local of the caller lives in registers that the child overwrites.
[[gnu::noinline]] pid_t fork_and_become(const Preparation& preparation) {
  // posix_spawn cannot set a parent-death signal. What the child does up to its program is above, system
  // calls alone.
  const pid_t pid = ::vfork();                // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (pid == 0) become_program(preparation);  // NOLINT(clang-analyzer-unix.Vfork)
  return pid;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// A copy above the descriptors that are passed on, so that placing one cannot overwrite the next.
Result<UniqueFd> copy_fd(int fd) {
  if (fd < 0) return UniqueFd();
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, k_first_free_fd));
  if (!copy) return errno_error(errno, "pass a descriptor to a child process");
  return copy;
}

// The child's errno, or 0 once it runs its program, whose start closed the pipe.
int read_report(int fd) {
  int error_number = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &error_number, sizeof error_number);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof error_number) ? error_number : 0;
}

Error spawn_error(int error_number, const std::string& program, const SpawnOptions& options) {
  if (options.working_directory) {
    return errno_error(error_number, fmt::format("run '{}' in '{}'", program, *options.working_directory));
  }
  return errno_error(error_number, fmt::format("run '{}'", program));
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<SpawnedProcess> spawn_here(const std::string& program, const SpawnOptions& options) {
  const std::vector<char*> argv = pointers_to(options.argv);
  const std::vector<char*> environment = pointers_to(options.environment);
  const UniqueFd null_fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null_fd) return errno_error(errno, "open '/dev/null'");
  FANFOLD_ASSIGN(const UniqueFd stdin_fd, copy_fd(null_fd.get()));
  FANFOLD_ASSIGN(const UniqueFd stdout_fd, copy_fd(options.stdout_fd));
  FANFOLD_ASSIGN(const UniqueFd stderr_fd, copy_fd(options.stderr_fd));
  FANFOLD_ASSIGN(const UniqueFd extra_fd, copy_fd(options.extra_fd));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error(errno, "make a pipe");
  const UniqueFd read_end(ends[0]);
  UniqueFd raw_write_end(ends[1]);
  FANFOLD_ASSIGN(UniqueFd write_end, copy_fd(raw_write_end.get()));
  raw_write_end.reset();

  Preparation preparation{
      .program = program.c_str(),
      .argv = argv.data(),
      .environment = environment.data(),
      .working_directory = options.working_directory ? options.working_directory->c_str() : nullptr,
      .passed_fds = {stdin_fd.get(), stdout_fd.get(), stderr_fd.get(), extra_fd.get()},
      .report_fd = write_end.get(),
      .address_space_limit_bytes = options.address_space_limit_bytes,
      .open_files_limit = options.open_files_limit,
      .own_process_group = options.own_process_group,
      .parent = ::getpid()};
  const pid_t pid = fork_and_become(preparation);
  if (pid < 0) return spawn_error(errno, program, options);
  write_end.reset();
  if (const int error_number = read_report(read_end.get()); error_number != 0) {
    reap(pid);
    return spawn_error(error_number, program, options);
  }
  SpawnedProcess spawned{pid, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)))};
  if (!spawned.exit_fd) {
    const int error_number = errno;
    ::kill(pid, SIGKILL);
    reap(pid);
    return errno_error(error_number, "watch a child process (pidfd_open, Linux 5.3 or later)");
  }
  return spawned;
}

class Spawner {
 public:
  Spawner() {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    // Signals are for the program's own threads, and one that came between vfork and exec would run our
    // handler in the child.
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread([this] { serve(); }).detach();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  Result<SpawnedProcess> spawn(const std::string& program, const SpawnOptions& options) {
    std::packaged_task<Result<SpawnedProcess>()> task([&] { return spawn_here(program, options); });
    std::future<Result<SpawnedProcess>> answer = task.get_future();
    {
      const std::lock_guard lock(m_mutex);
      m_tasks.push_back(&task);
    }
    m_wake.notify_one();
    return answer.get();
  }

 private:
  [[noreturn]] void serve() {
    for (;;) {
      std::unique_lock lock(m_mutex);
      m_wake.wait(lock, [this] { return !m_tasks.empty(); });
      // Moved out: the caller may leave with its own as soon as the answer is there.
      std::packaged_task<Result<SpawnedProcess>()> task = std::move(*m_tasks.front());
      m_tasks.pop_front();
      lock.unlock();
      task();
    }
  }

  std::mutex m_mutex;
  std::condition_variable m_wake;
  std::deque<std::packaged_task<Result<SpawnedProcess>()>*> m_tasks;
};

}  // namespace

Result<SpawnedProcess> spawn_on_lasting_thread(const std::string& program, const SpawnOptions& options) {
  // Never destroyed: other threads may still make children while the process ends.
  static Spawner& spawner = *new Spawner;
  return spawner.spawn(program, options);
}

}  // namespace fanfold
