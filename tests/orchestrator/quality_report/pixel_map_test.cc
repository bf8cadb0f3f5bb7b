#include "orchestrator/quality_report/pixel_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace fanfold::quality {
namespace {

using ::testing::ElementsAre;

constexpr float k_nan = std::numeric_limits<float>::quiet_NaN();
constexpr auto k_least = std::numeric_limits<std::int32_t>::min();
constexpr auto k_most = std::numeric_limits<std::int32_t>::max();

// What the page makes of a level.
double decoded(const PixelMap& map, std::size_t cell) {
  const double top = map.bits == Bits::eight ? 254 : 65534;
  return map.low + (map.high - map.low) * (map.levels[cell] - 1) / top;
}

TEST(Grid, HasACellPerPositionWhereThereIsRoom) {
  const std::vector<Position> positions{{3, 7}, {5, 8}, {4, 7}};
  const Grid grid = make_grid(positions, 6);
  EXPECT_EQ(grid.block, 1u);
  EXPECT_EQ(grid.columns, 3u);
  EXPECT_EQ(grid.rows, 2u);
  EXPECT_EQ(cell_of(grid, {3, 7}), 0u);
  EXPECT_EQ(cell_of(grid, {5, 8}), 5u);
}

TEST(Grid, TakesPositionsTogetherWhereThereIsNot) {
  const Grid grid = make_grid(std::vector<Position>{{1, 1}, {7, 5}}, 12);
  EXPECT_EQ(grid.block, 2u);
  EXPECT_EQ(grid.columns, 4u);
  EXPECT_EQ(grid.rows, 3u);
  EXPECT_EQ(cell_of(grid, {7, 5}), 11u);
  EXPECT_EQ(cell_of(grid, {2, 2}), 0u);
}

TEST(Grid, StaysSmallForScatteredPositions) {
  const std::vector<Position> positions{{k_least, k_least}, {k_most, k_most}, {0, 0}};
  const Grid grid = make_grid(positions, 1000);
  EXPECT_LE(grid.cells(), 1000u);
  EXPECT_GE(grid.cells(), 100u);
  for (const Position& position : positions) EXPECT_LT(cell_of(grid, position), grid.cells());
  EXPECT_LE(make_grid(std::vector<Position>{{k_least, 0}, {k_most, 0}}, 10).cells(), 10u);
}

TEST(MapBuilder, MeansAndTakesTheHighest) {
  MapBuilder mean(3, Reduce::mean);
  MapBuilder highest(3, Reduce::maximum);
  for (const double value : {1.0, 2.0, 6.0}) {
    mean.add(1, value);
    highest.add(1, value);
  }
  mean.add(2, std::numeric_limits<double>::infinity());
  const auto means = mean.finish();
  EXPECT_FLOAT_EQ(means[1], 3);
  EXPECT_TRUE(std::isnan(means[0]));
  EXPECT_TRUE(std::isnan(means[2]));
  EXPECT_FLOAT_EQ(highest.finish()[1], 6);
}

TEST(Quantize, KeepsValuesWithinHalfALevel) {
  std::vector<float> values(1000);
  std::iota(values.begin(), values.end(), -300.0f);
  for (const Bits bits : {Bits::eight, Bits::sixteen}) {
    const PixelMap map = quantize(values, -300, 699, bits);
    const double half_level = 999.0 / (bits == Bits::eight ? 254 : 65534) / 2;
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_NEAR(decoded(map, i), static_cast<double>(values[i]), half_level * 1.001);
    }
  }
}

TEST(Quantize, KeepsAbsentCellsApart) {
  const PixelMap map = quantize(std::vector<float>{k_nan, 0, 5, 99, -1}, 0, 10, Bits::eight);
  EXPECT_THAT(map.levels, ElementsAre(0, 1, 128, 255, 1));
  EXPECT_THAT(quantize(std::vector<float>{2, k_nan}, 2, 2, Bits::eight).levels, ElementsAre(1, 0));
}

TEST(QuantizeIntensities, DoesNotDarkenAllForOne) {
  std::vector<float> values(1000, 10.0f);
  values[7] = 1e6f;
  const PixelMap map = quantize_intensities(values, Bits::eight);
  EXPECT_EQ(map.low, 0);
  EXPECT_EQ(map.high, 10);
  EXPECT_EQ(map.levels[7], 255);
}

TEST(QuantizeIntensities, ShowsTheFewCellsThatAreNotZero) {
  std::vector<float> values(1000, 0.0f);
  values[7] = 4;
  const PixelMap map = quantize_intensities(values, Bits::eight);
  EXPECT_EQ(map.high, 4);
  EXPECT_EQ(map.levels[7], 255);
  EXPECT_EQ(map.levels[8], 1);
}

TEST(QuantizeIntensities, StandsAnEmptyPicture) {
  EXPECT_THAT(quantize_intensities(std::vector<float>{k_nan, k_nan}, Bits::eight).levels, ElementsAre(0, 0));
}

TEST(QuantizeCentered, GivesZeroTheMiddleLevel) {
  const PixelMap map = quantize_centered(std::vector<float>{-3, 0, 3}, 3);
  EXPECT_THAT(map.levels, ElementsAre(1, 128, 255));
  EXPECT_EQ(decoded(map, 1), 0);
  EXPECT_EQ(quantize_centered(std::vector<float>{0}, 0).levels[0], 128);
}

}  // namespace
}  // namespace fanfold::quality
