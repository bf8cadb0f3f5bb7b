#include <poll.h>
#include <sys/syscall.h>

#include <csignal>
#include <thread>

#include "orchestrator/process/child_process.h"
#include "tests/orchestrator/local_host/host_fixture.h"

namespace fanfold {
namespace {

std::string read_line(int fd) {
  std::string line;
  for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) line.push_back(c);
  return line;
}

TEST(LocalHostProcess, LeavesNoFunctionBehindWhenItIsKilled) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  SpawnOptions spawn;
  spawn.argv = {FANFOLD_TEST_HOST, FANFOLD_TEST_FUNCTION};
  spawn.stdout_fd = writer.get();
  spawn.own_process_group = false;  // our kill reaches the host alone
  Result<ChildProcess> host = ChildProcess::spawn(spawn);
  ASSERT_TRUE(host) << host.error().message();
  writer.reset();
  auto invoker = Invoker::create({.endpoint = read_line(reader.get())});
  ASSERT_TRUE(invoker) << invoker.error().message();

  // One that is idle and one that runs.
  Gate gate;
  ASSERT_TRUE((*invoker)->start(1, gate.event()));
  std::thread holder([&] {
    gate.hold();
    (*invoker)->wake();
  });
  EXPECT_TRUE((*invoker)->wait(std::chrono::milliseconds(20'000)).empty());
  holder.join();
  ASSERT_TRUE((*invoker)->start(2, R"({"do":"describe"})"));
  const std::vector<InvokeAnswer> idle = (*invoker)->wait(std::chrono::milliseconds(20'000));
  ASSERT_EQ(idle.size(), 1U);
  const pid_t idle_pid = nlohmann::json::parse(idle.front().payload)["pid"];
  const UniqueFd idle_exit(static_cast<int>(::syscall(SYS_pidfd_open, idle_pid, 0U)));
  ASSERT_TRUE(idle_exit);

  host->kill();
  pollfd watched{idle_exit.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&watched, 1, 2'000), 1) << "the idle function still runs";
  // POLLERR: the last reader of the FIFO is gone, and that was the function that ran.
  watched = {gate.writer(), 0, 0};
  EXPECT_EQ(::poll(&watched, 1, 2'000), 1) << "the busy function still runs";
}

TEST(LocalHostProcess, ServesUntilItIsAskedToStop) {
  std::stop_source stop;
  stop.request_stop();
  testing::internal::CaptureStdout();
  const Status status = run_local_host(test_options(), stop.get_token());
  EXPECT_TRUE(status) << status.error().message();
  EXPECT_TRUE(testing::internal::GetCapturedStdout().starts_with("http://127.0.0.1:"));
}

}  // namespace
}  // namespace fanfold
