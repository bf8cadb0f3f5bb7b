#include "orchestrator/ion_image/intensity_range.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "orchestrator/ion_image/grid.h"

namespace fanfold::ion_image {
namespace {

std::vector<double> one_to(int last) {
  std::vector<double> values(static_cast<std::size_t>(last));
  std::iota(values.begin(), values.end(), 1.0);
  std::shuffle(values.begin(), values.end(), std::mt19937(3));
  return values;
}

TEST(IntensityRange, EndsAtThePercentile) {
  EXPECT_EQ(intensity_range({one_to(200)}, 99).high, 198);
  EXPECT_EQ(intensity_range({one_to(200)}, 50).high, 100);
  EXPECT_EQ(intensity_range({one_to(200)}, 0.1).high, 1);
  EXPECT_EQ(intensity_range({one_to(3)}, 99).high, 3);
  EXPECT_TRUE(intensity_range({one_to(200)}, 99).clipped);
  EXPECT_FALSE(intensity_range({one_to(3)}, 99).clipped);
}

TEST(IntensityRange, ClipsNothingAtAHundred) {
  const IntensityRange range = intensity_range({one_to(200)}, 100);
  EXPECT_EQ(range.high, 200);
  EXPECT_FALSE(range.clipped);
}

// 990 of 1,000 pixels without the ion do not hide it.
TEST(IntensityRange, CountsNeitherZerosNorEmptyCells) {
  std::vector<double> cells(990, 0.0);
  const std::vector<double> found = one_to(10);
  cells.insert(cells.end(), found.begin(), found.end());
  cells.insert(cells.end(), 5000, k_no_pixel);
  EXPECT_EQ(intensity_range({cells}, 90).high, 9);
  EXPECT_EQ(intensity_range({cells}, 90).low, 0);
}

TEST(IntensityRange, IsSharedByRasters) {
  EXPECT_EQ(intensity_range({{1, 2}, {3, 4}}, 75).high, 3);
}

TEST(IntensityRange, BeginsBelowZeroWhereValuesDo) {
  const IntensityRange range = intensity_range({{-4, 0, 6}}, 100);
  EXPECT_EQ(range.low, -4);
  EXPECT_EQ(range.high, 6);
  EXPECT_DOUBLE_EQ(range.fraction(1, Scale::linear), 0.5);
}

TEST(IntensityRange, IsEmptyWhereNothingIsAboveZero) {
  for (const std::vector<double>& cells : {std::vector<double>{}, {0, 0}, {k_no_pixel}}) {
    const IntensityRange range = intensity_range({cells}, 99);
    EXPECT_EQ(range.high, 0);
    EXPECT_EQ(range.fraction(0, Scale::linear), 0);
  }
}

TEST(IntensityRange, MapsToFractions) {
  const IntensityRange range{0, 16, true};
  EXPECT_EQ(range.fraction(4, Scale::linear), 0.25);
  EXPECT_EQ(range.fraction(4, Scale::square_root), 0.5);
  EXPECT_EQ(range.fraction(99, Scale::linear), 1);
  EXPECT_EQ(range.fraction(-1, Scale::square_root), 0);
  const IntensityRange wide{-1.7e308, 1.7e308, false};
  EXPECT_EQ(wide.fraction(0, Scale::linear), 0.5);
}

}  // namespace
}  // namespace fanfold::ion_image
