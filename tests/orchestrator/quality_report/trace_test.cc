#include "orchestrator/quality_report/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace fanfold::quality {
namespace {

double decoded(const Trace& trace, std::size_t point) {
  const double share = trace.levels[point] / 65535.0;
  return trace.high * share * share;
}

double decoded_mz(const AxisFigure& axis, std::size_t point) {
  const std::size_t knot = point / k_points_per_knot;
  return axis.knots[knot] + (axis.knots[knot + 1] - axis.knots[knot]) * axis.offsets[point] / 65535.0;
}

TEST(ChannelsPerPoint, IsOneWhereAllFit) {
  EXPECT_EQ(channels_per_point(1000, 1000), 1u);
  EXPECT_EQ(channels_per_point(1001, 1000), 2u);
  EXPECT_EQ(channels_per_point(0, 1000), 1u);
  EXPECT_EQ(channels_per_point(10, 0), 10u);
}

TEST(Trace, LosesNoPeak) {
  std::vector<double> spectrum(1003, 1.0);
  for (const std::size_t at : {0u, 499u, 500u, 1002u}) spectrum[at] = 1000 + static_cast<double>(at);
  const Trace result = trace(spectrum, 10);
  ASSERT_EQ(result.levels.size(), 101u);
  EXPECT_EQ(result.high, 2002);
  EXPECT_NEAR(decoded(result, 0), 1000, 0.05);
  EXPECT_NEAR(decoded(result, 49), 1499, 0.05);
  EXPECT_NEAR(decoded(result, 50), 1500, 0.05);
  EXPECT_EQ(decoded(result, 100), 2002);
  EXPECT_NEAR(decoded(result, 1), 1, 0.01);
}

TEST(Trace, KeepsDigitsOfSmallValues) {
  const std::vector<double> spectrum{1e6, 1.0, 10.0};
  const Trace result = trace(spectrum, 1);
  EXPECT_NEAR(decoded(result, 1), 1, 0.02);
  EXPECT_NEAR(decoded(result, 2), 10, 0.1);
}

TEST(Trace, DrawsWhatIsBelowZeroAsZero) {
  const std::vector<double> spectrum{-5, std::nan(""), 2};
  const Trace result = trace(spectrum, 1);
  EXPECT_EQ(result.levels[0], 0);
  EXPECT_EQ(result.levels[1], 0);
  EXPECT_EQ(trace(std::vector<double>(4, 0.0), 2).levels, std::vector<std::uint16_t>(2));
  EXPECT_TRUE(trace({}, 1).levels.empty());
}

TEST(AxisFigure, KeepsMassesWithinAFractionOfAChannel) {
  std::vector<double> axis{100};
  for (int i = 1; i < 5000; ++i) axis.push_back(axis.back() * (1 + 1e-5 * (1 + i % 7)));
  const AxisFigure figure = axis_figure(axis, 1);
  ASSERT_EQ(figure.offsets.size(), axis.size());
  EXPECT_EQ(figure.first_mz, 100);
  EXPECT_EQ(figure.last_mz, axis.back());
  for (std::size_t i = 1; i < axis.size(); ++i) {
    ASSERT_NEAR(decoded_mz(figure, i), axis[i], 0.02 * (axis[i] - axis[i - 1])) << i;
  }
}

TEST(AxisFigure, PutsPointsInTheMiddleOfTheirChannels) {
  const std::vector<double> axis{1, 2, 3, 4, 5, 6, 7};
  const AxisFigure figure = axis_figure(axis, 3);
  ASSERT_EQ(figure.offsets.size(), 3u);
  EXPECT_NEAR(decoded_mz(figure, 0), 2, 1e-3);
  EXPECT_NEAR(decoded_mz(figure, 1), 5, 1e-3);
  EXPECT_NEAR(decoded_mz(figure, 2), 7, 1e-3);
}

TEST(AxisFigure, StandsASingleChannel) {
  const AxisFigure figure = axis_figure(std::vector<double>{42}, 1);
  EXPECT_EQ(decoded_mz(figure, 0), 42);
}

}  // namespace
}  // namespace fanfold::quality
