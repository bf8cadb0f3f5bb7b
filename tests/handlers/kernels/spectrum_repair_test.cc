#include "handlers/kernels/spectrum_repair.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace fanfold::kernels {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

TEST(AllFinite, IsSpoiltByOneNumberThatIsNone) {
  EXPECT_TRUE(all_finite({}));
  EXPECT_TRUE(all_finite(std::vector{0.0, -0.0, 5e-324, 1.7e308, -3.0}));
  for (const double bad : {k_nan, -k_nan, k_infinity, -k_infinity}) {
    for (std::size_t at = 0; at < 9; ++at) {
      std::vector<double> values(9, 1.0);
      values[at] = bad;
      EXPECT_FALSE(all_finite(values)) << bad << " at " << at;
    }
  }
}

TEST(IsMassAxis, AllowsRepetitionsButNoDescent) {
  EXPECT_TRUE(is_mass_axis({}));
  EXPECT_TRUE(is_mass_axis(std::vector{5.0}));
  EXPECT_TRUE(is_mass_axis(std::vector{0.0, 1.0, 1.0, 2.0}));
  EXPECT_FALSE(is_mass_axis(std::vector{0.0, 2.0, 1.0}));
  EXPECT_FALSE(is_mass_axis(std::vector{1.0, k_infinity}));
  EXPECT_FALSE(is_mass_axis(std::vector{k_nan}));
}

TEST(ZeroNotFinite, ReplacesAndCounts) {
  std::vector<double> values{1, k_nan, -2, -k_infinity, k_infinity};
  EXPECT_EQ(zero_not_finite(values), 3u);
  EXPECT_EQ(values, (std::vector<double>{1, 0, -2, 0, 0}));
  EXPECT_EQ(zero_not_finite(values), 0u);
}

TEST(SortByMass, KeepsPairsTogetherAndEqualMassesInOrder) {
  std::vector<double> masses{3, 1, 2, 1};
  std::vector<double> intensities{30, 10, 20, 11};
  sort_by_mass(masses, intensities);
  EXPECT_EQ(masses, (std::vector<double>{1, 1, 2, 3}));
  EXPECT_EQ(intensities, (std::vector<double>{10, 11, 20, 30}));
}

TEST(SortByMass, LeavesOutPointsWithoutAMass) {
  std::vector<double> masses{k_nan, 2, k_infinity, 1};
  std::vector<double> intensities{9, 20, 9, 10};
  sort_by_mass(masses, intensities);
  EXPECT_EQ(masses, (std::vector<double>{1, 2}));
  EXPECT_EQ(intensities, (std::vector<double>{10, 20}));
}

TEST(SortByMass, MakesAnyShuffleTheSpectrumItWas) {
  std::mt19937 random(3);
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < 500; ++i) points.emplace_back(100 + i * 0.25, random() % 1000);
  const auto sorted = points;
  for (std::size_t i = points.size() - 1; i > 0; --i) std::swap(points[i], points[random() % (i + 1)]);
  std::vector<double> masses, intensities;
  for (const auto& [mass, intensity] : points) {
    masses.push_back(mass);
    intensities.push_back(intensity);
  }
  sort_by_mass(masses, intensities);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    EXPECT_EQ(masses[i], sorted[i].first);
    EXPECT_EQ(intensities[i], sorted[i].second);
  }
}

}  // namespace
}  // namespace fanfold::kernels
