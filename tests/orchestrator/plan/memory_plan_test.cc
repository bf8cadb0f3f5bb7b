#include "orchestrator/plan/memory_plan.h"

#include <gtest/gtest.h>

#include "runtime/core/units.h"

namespace fanfold {
namespace {

TEST(MemoryPlan, StaysWithinTheCap) {
  for (const std::uint64_t cap : {256_MiB, 512_MiB, 1769_MiB}) {
    for (const std::uint64_t channels : {1000ull, 20'000ull, 80'000ull}) {
      const auto plan = plan_memory({cap, channels, channels * 12, 4096});
      ASSERT_TRUE(plan) << cap << " " << channels;
      EXPECT_LE(plan->expected_bytes, cap);
      EXPECT_GE(plan->window_bytes, channels * 12);
    }
  }
}

TEST(MemoryPlan, GrowsOnlyWithTheLogarithmOfThePixels) {
  const auto small = plan_memory({1769_MiB, 20'000, 80'000, 16});
  const auto large = plan_memory({1769_MiB, 20'000, 80'000, 16 << 20});
  ASSERT_TRUE(small && large);
  EXPECT_LE(large->expected_bytes - small->expected_bytes, 20'000ull * 8 * 2 * 20);
}

TEST(MemoryPlan, HoldsAtLeastOneSpectrum) {
  const auto plan = plan_memory({1769_MiB, 1000, 300_MiB, 16});
  ASSERT_TRUE(plan);
  EXPECT_GE(plan->window_bytes, 300_MiB);
}

TEST(MemoryPlan, SaysWhatIsNeededWhereTheCapIsTooSmall) {
  const auto plan = plan_memory({128_MiB, 1'000'000, 4'000'000, 16});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().kind(), ErrorKind::invalid_argument);
  EXPECT_NE(plan.error().message().find("--memory"), std::string::npos);
}

}  // namespace
}  // namespace fanfold
