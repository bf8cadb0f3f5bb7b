#include "orchestrator/cli/machine.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace fanfold::cli {
namespace {

TEST(Machine, HasACoreAndMemory) {
  EXPECT_GE(usable_cores(), 1u);
  EXPECT_GE(memory_share_mb(1), 128u);
  EXPECT_GE(memory_share_mb(1), memory_share_mb(8));
}

TEST(CoresFrom, TakesTheQuotaOfAContainer) {
  EXPECT_EQ(cores_from("200000 100000", 8), 2u);
  EXPECT_EQ(cores_from("150000 100000", 8), 1u);
  EXPECT_EQ(cores_from("50000 100000", 8), 1u);
  EXPECT_EQ(cores_from("9900000 100000", 8), 8u);
  EXPECT_EQ(cores_from("max 100000", 8), 8u);
  EXPECT_EQ(cores_from("", 8), 8u);
}

TEST(MemoryLimitFrom, TakesTheLowerLimit) {
  EXPECT_EQ(memory_limit_from("1000", 5000), 1000u);
  EXPECT_EQ(memory_limit_from("9000", 5000), 5000u);
  EXPECT_EQ(memory_limit_from("max", 5000), 5000u);
  EXPECT_EQ(memory_limit_from("", 5000), 5000u);
}

TEST(RuntimeBinary, IsTheOneThatTheEnvironmentNames) {
  ASSERT_EQ(setenv("FANFOLD_RUNTIME", "/some/where/runtime", 1), 0);
  EXPECT_EQ(runtime_binary(), "/some/where/runtime");
  ASSERT_EQ(unsetenv("FANFOLD_RUNTIME"), 0);
  const std::string otherwise = runtime_binary();
  EXPECT_TRUE(otherwise == "fanfold-runtime" || otherwise.ends_with("/fanfold-runtime")) << otherwise;
}

}  // namespace
}  // namespace fanfold::cli
