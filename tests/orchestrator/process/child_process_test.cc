#include "orchestrator/process/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "runtime/core/handle.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

SpawnOptions shell(const std::string& script) {
  SpawnOptions options;
  options.argv = {"/bin/sh", "-c", script};
  options.environment = {"PATH=/usr/bin:/bin"};
  return options;
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// Runs to the end and returns what was printed.
std::string output_of(SpawnOptions options) {
  Pipe pipe = make_pipe();
  options.stdout_fd = pipe.write_end.get();
  options.stderr_fd = pipe.write_end.get();
  Result<ChildProcess> child = ChildProcess::spawn(options);
  EXPECT_TRUE(child) << child.error().message();
  pipe.write_end.reset();
  std::string text = read_all(pipe.read_end.get());
  child->wait();
  return text;
}

// Whether a process that is not our child ends in time.
bool ends_within(pid_t pid, milliseconds timeout) {
  const UniqueFd watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  if (!watch) return errno == ESRCH;
  pollfd watched{watch.get(), POLLIN, 0};
  return ::poll(&watched, 1, static_cast<int>(timeout.count())) == 1;
}

TEST(ChildProcess, ReportsTheExitStatus) {
  Result<ChildProcess> child = ChildProcess::spawn(shell("exit 3"));
  ASSERT_TRUE(child) << child.error().message();
  const ExitStatus status = child->wait();
  EXPECT_FALSE(status.signalled);
  EXPECT_EQ(status.code, 3);
  EXPECT_EQ(child->wait().code, 3) << "a second wait gets the same";
}

TEST(ChildProcess, ReportsTheSignal) {
  Result<ChildProcess> child = ChildProcess::spawn(shell("kill -SEGV $$"));
  ASSERT_TRUE(child);
  const ExitStatus status = child->wait();
  EXPECT_TRUE(status.signalled);
  EXPECT_EQ(status.code, SIGSEGV);
}

TEST(ChildProcess, NamesTheProgramThatCannotBeRun) {
  const Result<ChildProcess> missing = ChildProcess::spawn(
      {.argv = {"/nowhere/program"}, .environment = {}, .working_directory = std::nullopt});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_THAT(missing.error().message(), testing::HasSubstr("/nowhere/program"));

  const Result<ChildProcess> no_program =
      ChildProcess::spawn({.argv = {"/etc/passwd"}, .environment = {}, .working_directory = std::nullopt});
  ASSERT_FALSE(no_program);
  EXPECT_EQ(no_program.error().kind(), ErrorKind::permission_denied);

  EXPECT_EQ(ChildProcess::spawn({}).error().kind(), ErrorKind::invalid_argument);
  SpawnOptions unknown = shell("");
  unknown.argv = {"fanfold-no-such-program"};
  EXPECT_EQ(ChildProcess::spawn(unknown).error().kind(), ErrorKind::not_found);
}

TEST(ChildProcess, NamesTheWorkingDirectoryThatIsMissing) {
  SpawnOptions options = shell("true");
  options.working_directory = "/nowhere/at/all";
  const Result<ChildProcess> child = ChildProcess::spawn(options);
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().message(), testing::HasSubstr("/nowhere/at/all"));
}

TEST(ChildProcess, PassesExactlyTheGivenEnvironmentAndDirectory) {
  SpawnOptions options = shell("/usr/bin/env | /bin/grep -v -e ^PWD= -e ^_= -e ^SHLVL=; /bin/pwd");
  options.environment = {"ONE=1", "TWO=a b"};
  options.working_directory = "/usr";
  EXPECT_EQ(output_of(options), "ONE=1\nTWO=a b\n/usr\n");
}

TEST(ChildProcess, PassesNoOtherDescriptor) {
  const UniqueFd leaky(::open("/dev/null", O_RDONLY));  // without close-on-exec
  SpawnOptions options = shell("for fd in /proc/self/fd/*; do echo ${fd##*/}; done");
  // The shell's own listing opens the folder as 3.
  EXPECT_EQ(output_of(options), "0\n1\n2\n3\n");
}

TEST(ChildProcess, KeepsApartTwoCrossedDescriptors) {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  SpawnOptions options = shell("echo out; echo err >&2");
  options.stdout_fd = out.write_end.get();
  options.stderr_fd = err.write_end.get();
  Result<ChildProcess> child = ChildProcess::spawn(options);
  ASSERT_TRUE(child);
  out.write_end.reset();
  err.write_end.reset();
  EXPECT_EQ(read_all(out.read_end.get()), "out\n");
  EXPECT_EQ(read_all(err.read_end.get()), "err\n");
}

TEST(ChildProcess, StartsWithDefaultSignals) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const std::string text = output_of(shell("/bin/grep -e SigBlk -e SigIgn /proc/self/status"));
  std::signal(SIGPIPE, before);
  EXPECT_EQ(text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(ChildProcess, LimitsTheAddressSpace) {
  SpawnOptions options = shell("ulimit -v");
  options.address_space_limit_bytes = std::uint64_t{512} << 20;
  EXPECT_EQ(output_of(options), "524288\n");
}

TEST(ChildProcess, IsKilledWithItsWholeGroupByTheDestructor) {
  Pipe pipe = make_pipe();
  {
    SpawnOptions options = shell("/bin/sleep 1000 & echo $!; wait");
    options.stdout_fd = pipe.write_end.get();
    Result<ChildProcess> child = ChildProcess::spawn(options);
    ASSERT_TRUE(child);
    pipe.write_end.reset();
    std::array<char, 32> line{};
    ASSERT_GT(::read(pipe.read_end.get(), line.data(), line.size() - 1), 0);
  }
  // The end of file comes when the grandchild, which holds the pipe too, is gone.
  EXPECT_EQ(read_all(pipe.read_end.get()), "");
}

TEST(ChildProcess, LeavesNoGroupBehindWhenItEndsByItself) {
  Pipe pipe = make_pipe();
  SpawnOptions options = shell("/bin/sleep 1000 & exit 0");
  options.stdout_fd = pipe.write_end.get();
  Result<ChildProcess> child = ChildProcess::spawn(options);
  ASSERT_TRUE(child);
  pipe.write_end.reset();
  EXPECT_EQ(child->wait().code, 0);
  EXPECT_EQ(read_all(pipe.read_end.get()), "");
}

TEST(ChildProcess, TerminatesPolitelyFirst) {
  Pipe pipe = make_pipe();
  SpawnOptions options = shell("trap 'exit 7' TERM; echo ready; while :; do /bin/sleep 0.01; done");
  options.stdout_fd = pipe.write_end.get();
  Result<ChildProcess> child = ChildProcess::spawn(options);
  ASSERT_TRUE(child);
  std::array<char, 8> line{};
  ASSERT_GT(::read(pipe.read_end.get(), line.data(), line.size()), 0);
  child->terminate(milliseconds(10'000));
  EXPECT_FALSE(child->wait().signalled);
  EXPECT_EQ(child->wait().code, 7);
}

TEST(ChildProcess, KillsWhatDoesNotListenAfterTheGrace) {
  Pipe pipe = make_pipe();
  SpawnOptions options = shell("trap '' TERM; echo ready; while :; do /bin/sleep 0.01; done");
  options.stdout_fd = pipe.write_end.get();
  Result<ChildProcess> child = ChildProcess::spawn(options);
  ASSERT_TRUE(child);
  std::array<char, 8> line{};
  ASSERT_GT(::read(pipe.read_end.get(), line.data(), line.size()), 0);
  child->terminate(milliseconds(50));
  EXPECT_TRUE(child->wait().signalled);
  EXPECT_EQ(child->wait().code, SIGKILL);
}

TEST(ChildProcess, WaitsNoLongerThanTold) {
  Result<ChildProcess> child = ChildProcess::spawn(shell("exec /bin/sleep 1000"));
  ASSERT_TRUE(child);
  EXPECT_FALSE(child->try_wait());
  EXPECT_FALSE(child->wait_for(milliseconds(20)));
  child->kill();
  const auto status = child->wait_for(milliseconds(10'000));
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->signalled);
}

TEST(ChildProcess, MayBeKilledWhileAnotherThreadWaits) {
  Result<ChildProcess> child = ChildProcess::spawn(shell("exec /bin/sleep 1000"));
  ASSERT_TRUE(child);
  std::thread killer([&] { child->kill(); });
  EXPECT_EQ(child->wait().code, SIGKILL);
  killer.join();
}

TEST(ChildProcess, OutlivesTheThreadThatAskedForIt) {
  std::optional<ChildProcess> child;
  std::thread([&] { child.emplace(ChildProcess::spawn(shell("exec /bin/sleep 1000")).value()); }).join();
  EXPECT_FALSE(child->wait_for(milliseconds(100)));
}

TEST(ChildProcess, MaySpawnFromManyThreads) {
  std::vector<std::thread> threads;
  std::array<int, 16> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    threads.emplace_back([i, &codes] {
      Result<ChildProcess> child = ChildProcess::spawn(shell("exit " + std::to_string(i)));
      codes[i] = child ? child->wait().code : -1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(codes[i], static_cast<int>(i));
}

TEST(ChildProcess, DiesWhenItsParentIsKilled) {
  Pipe pipe = make_pipe();
  SpawnOptions options;
  options.argv = {FANFOLD_TEST_ORPHAN_MAKER};
  options.stdout_fd = pipe.write_end.get();
  options.own_process_group = false;  // so that our kill reaches the parent alone
  Result<ChildProcess> maker = ChildProcess::spawn(options);
  ASSERT_TRUE(maker) << maker.error().message();
  pipe.write_end.reset();
  std::array<char, 32> line{};
  ASSERT_GT(::read(pipe.read_end.get(), line.data(), line.size() - 1), 0);
  const pid_t orphan = std::atoi(line.data());
  ASSERT_GT(orphan, 1);
  ASSERT_EQ(::kill(orphan, 0), 0);
  maker->kill();
  EXPECT_TRUE(ends_within(orphan, milliseconds(2'000)));
}

}  // namespace
}  // namespace fanfold
