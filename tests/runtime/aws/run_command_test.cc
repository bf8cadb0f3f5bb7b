#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <charconv>
#include <fstream>

#include "runtime/aws/context.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Command shell(std::string script) {
  return {.argv = {"sh", "-c", std::move(script)}, .environment = {"PATH=/usr/bin:/bin", "GIVEN=yes"}};
}

TEST(RunCommand, ReturnsWhatWasWritten) {
  const auto output = run_command(shell("echo $GIVEN; cat; echo \"$HOME.\""));
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(output->reveal(), "yes\n.\n");  // stdin is empty, and no variable comes from us
}

TEST(RunCommand, TellsHowItFailed) {
  const auto failed = run_command(shell("echo tool-secret; exit 7"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message(), "'sh' failed with exit status 7");
  EXPECT_THAT(run_command(shell("kill -9 $$")).error().message(), HasSubstr("ended by signal 9"));
  const auto missing = run_command({.argv = {"/nowhere/tool"}, .environment = {}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_FALSE(run_command({}));
}

TEST(RunCommand, EndsWhatTakesTooLongWithAllItStarted) {
  const TemporaryDirectory folder;
  const std::string pid_file = folder.file("pid");
  Command command = shell("sleep 600 & echo $! > " + pid_file + "; wait");
  command.time_limit = milliseconds(300);
  const auto begin = std::chrono::steady_clock::now();
  const auto output = run_command(command);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind(), ErrorKind::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(30));
  std::ifstream file(pid_file);
  pid_t grandchild = 0;
  ASSERT_TRUE(file >> grandchild);
  // Killed, and reaped by whoever has adopted it; a zombie counts as gone.
  const auto runs = [&] {
    std::ifstream status("/proc/" + std::to_string(grandchild) + "/stat");
    std::string id;
    std::string name;
    std::string state;
    return (status >> id >> name >> state) && state != "Z" && state != "X";
  };
  for (int i = 0; i < 5000 && runs(); ++i) ::usleep(1000);
  EXPECT_FALSE(runs());
}

TEST(RunCommand, DoesNotWaitForWhatTheProgramLeavesRunning) {
  const auto output = run_command(shell("sleep 600 & echo done"));
  ASSERT_TRUE(output) << output.error().message();
  EXPECT_EQ(output->reveal(), "done\n");
}

TEST(RunCommand, LimitsTheOutput) {
  Command command = shell("yes tool-secret");
  command.max_output_bytes = 1000;
  const auto output = run_command(command);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().message(), "'sh' writes more than 1000 bytes");
  command = shell("head -c 1000 /dev/zero");
  command.max_output_bytes = 1000;
  ASSERT_TRUE(run_command(command));
}

}  // namespace
}  // namespace fanfold::aws
