#include "orchestrator/engine/bin_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace fanfold {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

constexpr Parameters::PeakBinning k_in_channels{.tolerance = 3};
constexpr Parameters::PeakBinning k_in_ppm{.tolerance = 100, .tolerance_in_ppm = true};

// A join has moved the mean of the second bin past that of the third.
const std::vector<kernels::Bin> k_bins{{100, 0.01, 5}, {200.04, 0.01, 9}, {200, 0.01, 4}, {300, 0.01, 2}};

TEST(BinFinder, FindsBinsThatAreOutOfOrder) {
  const BinFinder finder(k_bins, k_in_channels);
  for (std::size_t i = 0; i < k_bins.size(); ++i) EXPECT_THAT(finder.find(k_bins[i].mass), Optional(i)) << i;
}

TEST(BinFinder, TakesTheNearest) {
  const BinFinder finder(k_bins, k_in_channels);
  EXPECT_THAT(finder.find(200.019), Optional(2));
  EXPECT_THAT(finder.find(200.021), Optional(1));
}

TEST(BinFinder, FindsNothingBeyondTheTolerance) {
  const BinFinder channels(k_bins, k_in_channels);
  EXPECT_THAT(channels.find(100.029), Optional(0));
  EXPECT_EQ(channels.find(100.031), std::nullopt);
  EXPECT_EQ(channels.find(99.9), std::nullopt);
  EXPECT_EQ(channels.find(301), std::nullopt);
  const BinFinder ppm(k_bins, k_in_ppm);
  EXPECT_THAT(ppm.find(300.029), Optional(3));
  EXPECT_EQ(ppm.find(300.031), std::nullopt);
}

TEST(BinFinder, FindsNothingWhereThereIsNothing) {
  EXPECT_EQ(BinFinder({}, k_in_ppm).find(100), std::nullopt);
  EXPECT_EQ(BinFinder(k_bins, k_in_ppm).find(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
}

TEST(SortByMass, OrdersSomeOfTheBins) {
  std::vector<std::size_t> indices{3, 1, 2};
  sort_by_mass(indices, k_bins);
  EXPECT_THAT(indices, ElementsAre(2, 1, 3));
}

}  // namespace
}  // namespace fanfold
