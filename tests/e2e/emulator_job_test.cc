// A job whose function runs in the official Runtime Interface Emulator, one call at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/workspace.h"
#include "tests/support/runtime_emulator.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using testing_support::RuntimeEmulator;

TEST(EmulatorJob, MakesTheOutputsOfALocalOne) {
  if (!RuntimeEmulator::program()) {
    GTEST_SKIP() << "there is no aws-lambda-rie; infra/setup/runtime_emulator.sh gets it";
  }
  const Workspace workspace;
  const std::string image = workspace.sample("c", {"--pixels", "36", "--channels", "300", "--peaks", "20"});
  const auto run = [&](const std::string& out, const Words& more) {
    Words words{image, "-o", workspace.path(out), "--cube-pixels", "16", "--workers", "1"};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramRun done = workspace.fanfold(process_small(words));
    EXPECT_EQ(done.exit_code, 0) << done.errors;
    return read_outputs(workspace.path(out));
  };
  const Outputs expected = run("local", {});
  ASSERT_FALSE(expected.empty());
  const auto emulator = RuntimeEmulator::start({FANFOLD_RUNTIME_PROGRAM});
  ASSERT_TRUE(emulator) << emulator.error().message();
  const Outputs emulated = run("emulated", {"--endpoint", (*emulator)->url(), "--function", "function"});
  expect_equal_outputs(expected, emulated, "in the emulator");
  EXPECT_THAT((*emulator)->log_with("REPORT RequestId: "), HasSubstr("REPORT RequestId: "))
      << "the job was not here";
}

}  // namespace
}  // namespace fanfold::e2e
