#include "orchestrator/plan/cube_plan.h"

#include <gtest/gtest.h>

#include <bit>

namespace fanfold {
namespace {

TEST(CubePlan, IsAlwaysSixteenTimesAPowerOfTwo) {
  for (const std::uint64_t pixels : {1ull, 100ull, 3'600ull, 1'000'000ull, 40'000'000ull}) {
    for (const std::uint64_t channels : {1ull, 1000ull, 20'000ull, 1'000'000ull}) {
      for (const std::uint32_t workers : {1u, 2u, 1000u}) {
        const std::uint64_t cube = plan_cube_pixels({"preprocessing", pixels, channels, workers, {}});
        EXPECT_GE(cube, 16u);
        EXPECT_TRUE(std::has_single_bit(cube));
        EXPECT_TRUE(check_cube_pixels(cube));
      }
    }
  }
}

TEST(CubePlan, GivesEveryWorkerAtLeastFour) {
  const std::uint64_t pixels = 3600;
  for (const std::uint32_t workers : {1u, 2u, 8u, 50u}) {
    const std::uint64_t cube = plan_cube_pixels({"normalizations_and_means", pixels, 2000, workers, {}});
    EXPECT_GE((pixels + cube - 1) / cube, std::uint64_t{workers} * 4) << workers;
  }
}

TEST(CubePlan, KeepsHeavyCallsShort) {
  const std::uint64_t light = plan_cube_pixels({"normalizations_and_means", 1'000'000, 20'000, 2, {}});
  const std::uint64_t heavy = plan_cube_pixels({"preprocessing", 1'000'000, 20'000, 2, {}});
  EXPECT_LT(heavy, light);
}

TEST(CubePlan, StaysBelowTheLimitOfCalls) {
  const std::uint64_t cube = plan_cube_pixels({"preprocessing", 100'000'000, 1'000'000, 1000, {}});
  EXPECT_LE(100'000'000 / cube, 10'000u);
}

TEST(CubePlan, TakesWhatTheUserAskedFor) {
  EXPECT_EQ(plan_cube_pixels({"preprocessing", 100, 100, 1, 64}), 64u);
}

TEST(CubePixels, ThatWouldChangeResultsAreRefused) {
  for (const std::uint64_t bad : {0ull, 1ull, 8ull, 15ull, 24ull, 100ull})
    EXPECT_FALSE(check_cube_pixels(bad)) << bad;
  for (const std::uint64_t good : {16ull, 32ull, 4096ull}) EXPECT_TRUE(check_cube_pixels(good)) << good;
}

TEST(Rmsi2Groups, HoldAHundredMebibytesOfRows) {
  EXPECT_EQ(rmsi2_group_pixels(1000 * 30, 30), 13'108u);  // ceil(104857600 / 8000)
  EXPECT_EQ(rmsi2_group_pixels(5 * 30, 30), 131'072u);    // at least 100 values each
  EXPECT_EQ(rmsi2_group_pixels(0, 0), 131'072u);
}

}  // namespace
}  // namespace fanfold
