// How environments rest and end.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>

#include "orchestrator/local_host/environment_cgroup.h"
#include "tests/orchestrator/local_host/host_fixture.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

// The state letter of a process: R, S, T, ...; 0 where it is gone.
char state_of(int pid) {
  const std::string stat = content_of("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end = stat.rfind(") ");
  return end == std::string::npos ? '\0' : stat[end + 2];
}

class LifecycleTest : public HostTest {
 protected:
  int pid() { return call_json({{"do", "describe"}})["pid"]; }
};

TEST_F(LifecycleTest, FreezesAProcessBetweenInvocations) {
  LocalHostOptions options = raw_options();
  options.freeze = true;
  start(options);
  const int function = pid();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(becomes_true([&] { return state_of(function) == 'T'; }));
    EXPECT_EQ(pid(), function);
  }
  EXPECT_EQ(m_host->stats().cold_starts, 1U);
  m_host->stop();
  EXPECT_EQ(state_of(function), '\0') << "a frozen process ends as well";
}

TEST_F(LifecycleTest, LeavesAProcessAwakeUnlessItIsToldToFreezeIt) {
  start(raw_options());
  const int function = pid();
  for (int i = 0; i < 50; ++i) {
    EXPECT_NE(state_of(function), 'T');
    std::this_thread::sleep_for(milliseconds(1));
  }
}

TEST_F(LifecycleTest, SeesTheEndOfAFrozenProcess) {
  LocalHostOptions options = raw_options();
  options.freeze = true;
  start(options);
  const int function = pid();
  EXPECT_TRUE(becomes_true([&] { return state_of(function) == 'T'; }));
  ::kill(function, SIGKILL);
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().environments == 0; }));
  EXPECT_FALSE(call("{}").function_error);
  EXPECT_EQ(m_host->stats().crashes, 1U);
}

TEST_F(LifecycleTest, KillsWithoutAWordWhereNoExtensionIsRegistered) {
  const TestFolder folder;
  start(raw_options({"TERM_FILE=" + folder.file("term")}));
  call("{}");
  m_host->stop();
  EXPECT_EQ(content_of(folder.file("term")), "");
}

TEST_F(LifecycleTest, AsksAProcessWithAnExtensionToEnd) {
  const TestFolder folder;
  LocalHostOptions options = raw_options({"TERM_FILE=" + folder.file("term"), "EXTENSION=graceful"});
  options.freeze = true;  // it is thawed to hear it
  start(options);
  const int function = pid();
  EXPECT_TRUE(becomes_true([&] { return state_of(function) == 'T'; }));
  m_host->stop();
  EXPECT_EQ(content_of(folder.file("term")), "terminated");
}

TEST_F(LifecycleTest, KillsAProcessThatDoesNotEndInTime) {
  const TestFolder folder;
  start(raw_options({"TERM_FILE=" + folder.file("term"), "EXTENSION=graceful", "IGNORE_TERM=1"}));
  const int function = pid();
  const auto before = std::chrono::steady_clock::now();
  m_host->stop();
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_GE(took, milliseconds(500));
  EXPECT_LT(took, milliseconds(5'000));
  EXPECT_EQ(content_of(folder.file("term")), "terminated");
  EXPECT_EQ(state_of(function), '\0');
}

TEST_F(LifecycleTest, AnswersALateCallBeforeTheProcessIsAskedToEnd) {
  const TestFolder folder;
  LocalHostOptions options =
      raw_options({"TERM_FILE=" + folder.file("term"), "EXTENSION=graceful", "IGNORE_TERM=1"});
  options.function_timeout = milliseconds(300);
  options.shutdown_grace = milliseconds(2'000);
  start(options);
  const InvokeAnswer late = call(R"({"do":"hang"})");
  EXPECT_TRUE(late.function_error);
  EXPECT_LT(late.duration, milliseconds(1'900)) << "the answer does not wait for the farewell";
  const InvokeAnswer next = call("{}");
  EXPECT_FALSE(next.function_error) << "it waits for the place instead of being turned away";
  EXPECT_EQ(content_of(folder.file("term")), "terminated");
  EXPECT_EQ(m_host->stats().cold_starts, 2U);
}

TEST(EnvironmentCgroup, SaysWhyThereIsNone) {
  const auto created = EnvironmentCgroup::create("/nowhere", "group", {});
  ASSERT_FALSE(created);
  EXPECT_THAT(created.error().message(), testing::HasSubstr("/nowhere/group"));
  const TestFolder folder;
  const auto no_group = EnvironmentCgroup::create(folder.file(""), "group", {.memory_bytes = 1});
  ASSERT_FALSE(no_group) << "an ordinary folder has no memory.max";
  EXPECT_FALSE(std::filesystem::exists(folder.file("group"))) << "nothing stays behind";
}

TEST_F(LifecycleTest, LimitsTheMemoryOfAnEnvironmentByItsControlGroup) {
  const auto group = usable_cgroup();
  if (!group) GTEST_SKIP() << group.error().message();
  LocalHostOptions options = raw_options();
  options.cgroup = *group;
  options.cgroup_memory_bytes = std::uint64_t{64} << 20;
  options.cgroup_processes = 16;
  start(options);
  const std::string own = content_of("/proc/" + std::to_string(pid()) + "/cgroup");
  EXPECT_THAT(own, testing::HasSubstr("/fanfold-"));
  m_host->stop();
  EXPECT_FALSE(call("{}").error == std::nullopt);
}

}  // namespace
}  // namespace fanfold
