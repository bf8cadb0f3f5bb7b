#include "handlers/kernels/axis.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

using Values = std::vector<double>;
const double k_nan = std::numeric_limits<double>::quiet_NaN();
const double k_infinity = std::numeric_limits<double>::infinity();

TEST(TrimToAxis, KeepsOneSampleOutsideAtEachEnd) {
  const Values axis{10.0, 11.0, 12.0};
  const Trim trim = trim_to_axis(Values{7.0, 8.0, 9.0, 10.5, 11.5, 12.5, 13.5, 14.5}, axis);
  EXPECT_EQ(trim.first, 2U);
  EXPECT_EQ(trim.count, 4U);
}

TEST(TrimToAxis, KeepsAllThatStartsAndEndsInside) {
  const Values axis{10.0, 11.0, 12.0};
  EXPECT_EQ(trim_to_axis(Values{10.0, 11.0, 12.0}, axis).first, 0U);
  EXPECT_EQ(trim_to_axis(Values{10.0, 11.0, 12.0}, axis).count, 3U);
  EXPECT_EQ(trim_to_axis(Values{10.5}, axis).count, 1U);
}

TEST(TrimToAxis, KeepsASampleOnTheEdgeAndTheOneOutsideIt) {
  const Values axis{10.0, 12.0};
  const Trim trim = trim_to_axis(Values{8.0, 9.0, 10.0, 12.0, 12.0, 13.0, 14.0}, axis);
  EXPECT_EQ(trim.first, 1U);
  EXPECT_EQ(trim.count, 5U);
}

TEST(TrimToAxis, KeepsTheNearestOfASpectrumThatLiesOutside) {
  const Values axis{10.0, 12.0};
  const Trim below = trim_to_axis(Values{7.0, 8.0, 9.0}, axis);
  EXPECT_EQ(below.first, 2U);
  EXPECT_EQ(below.count, 1U);
  const Trim above = trim_to_axis(Values{13.0, 14.0, 15.0}, axis);
  EXPECT_EQ(above.first, 0U);
  EXPECT_EQ(above.count, 1U);
}

TEST(TrimToAxis, ScansUnsortedMasses) {
  const Values axis{10.0, 12.0};
  const Trim trim = trim_to_axis(Values{9.0, 8.0, 11.0, 9.0, 13.0, 10.0}, axis);
  EXPECT_EQ(trim.first, 1U);
  EXPECT_EQ(trim.count, 4U);
  EXPECT_EQ(trim_to_axis(Values{k_nan, 11.0, k_nan}, axis).count, 3U);
}

TEST(TrimToAxis, OfNothingIsNothing) {
  EXPECT_EQ(trim_to_axis({}, Values{10.0}).count, 0U);
  EXPECT_EQ(trim_to_axis(Values{10.0}, {}).count, 0U);
}

double naive_interpolation(const Values& xd, const Values& yd, double x) {
  if (xd.size() == 1 || x <= xd.front()) return yd.front();
  if (x >= xd.back()) return yd.back();
  for (std::size_t i = 0; i + 1 < xd.size(); ++i) {
    if (!(xd[i] <= x && x < xd[i + 1])) continue;
    const double w = (xd[i + 1] - x) / (xd[i + 1] - xd[i]);
    double value = 0.0;
    if (1.0 - w > 2.2204e-16) value += (1.0 - w) * yd[i + 1];
    if (w > 2.2204e-16) value += w * yd[i];
    return value;
  }
  return k_nan;
}

Values interpolated(const Values& xd, const Values& yd, const Values& x) {
  Values out(x.size(), -99.0);
  interpolate(xd, yd, x, out);
  return out;
}

TEST(Interpolate, MatchesTheFormulaBitForBit) {
  for (const std::size_t n : {1U, 2U, 3U, 100U, 1000U}) {
    for (const std::size_t m : {0U, 1U, 2U, 77U, 1500U}) {
      const Values xd = reference::random_axis(n, 1, 500.0);
      const Values yd = reference::random_values(n, 2, -5.0, 100.0);
      Values x = reference::random_axis(m, 3, 499.9);
      for (std::size_t k = 0; k < m && k < n; k += 7) x[k] = xd[k];
      std::sort(x.begin(), x.end());
      const Values out = interpolated(xd, yd, x);
      for (std::size_t k = 0; k < m; ++k)
        ASSERT_EQ(out[k], naive_interpolation(xd, yd, x[k])) << n << ' ' << k;
      std::reverse(x.begin(), x.end());  // each query by bisection
      const Values reversed = interpolated(xd, yd, x);
      for (std::size_t k = 0; k < m; ++k) ASSERT_EQ(reversed[k], out[m - 1 - k]);
    }
  }
}

TEST(Interpolate, ContinuesTheEndValuesOutside) {
  EXPECT_EQ(interpolated({10.0, 20.0}, {1.0, 2.0}, {-k_infinity, 9.0, 10.0, 20.0, 21.0, k_infinity}),
            (Values{1.0, 1.0, 1.0, 2.0, 2.0, 2.0}));
}

TEST(Interpolate, GivesSamplesBackAndLeavesOutTermsWithoutWeight) {
  // At a sample the factor of the next one is 0: an infinite neighbour does not turn into NaN.
  EXPECT_EQ(interpolated({1.0, 2.0, 3.0, 4.0}, {5.0, 7.0, k_infinity, 8.0}, {2.0, 3.0}),
            (Values{7.0, k_infinity}));
}

TEST(Interpolate, StepsOverEqualMasses) {
  EXPECT_EQ(interpolated({1.0, 2.0, 2.0, 2.0, 3.0}, {0.0, 1.0, 5.0, 9.0, 10.0}, {1.5, 2.0, 2.5}),
            (Values{0.5, 9.0, 9.5}));
}

TEST(Interpolate, BisectsUnsortedMasses) {
  // Intervals are tried from the middle one (the lower of two): which of several is found depends on that.
  EXPECT_EQ(interpolated({1.0, 3.0, 2.0, 4.0}, {0.0, 2.0, 7.0, 9.0}, {2.5}), (Values{1.5}));
  // 1: its lower end 4 is below 4.5 and its upper end too, so go up; 2 holds 4.5.
  EXPECT_EQ(interpolated({1.0, 4.0, 2.0, 6.0, 5.0}, {0.0, 2.0, 7.0, 9.0, 11.0}, {4.5}),
            Values{naive_interpolation({2.0, 6.0}, {7.0, 9.0}, 4.5)});
  // 1: its lower end 3.2 is above 3.15, so go down; 0 holds 3.15, though 3 would as well.
  EXPECT_EQ(interpolated({1.0, 3.2, 3.0, 3.1, 5.0}, {0.0, 2.0, 7.0, 9.0, 11.0}, {3.15}),
            Values{naive_interpolation({1.0, 3.2}, {0.0, 2.0}, 3.15)});
  // 1, 2, 3 in turn hold nothing (the last compares with NaN): the sample above the last one tried counts.
  EXPECT_EQ(interpolated({1.0, k_nan, 2.0, 3.0}, {0.0, 2.0, 7.0, 9.0}, {1.5}), (Values{9.0}));
}

TEST(Interpolate, SurvivesNaNQueries) {
  const Values out = interpolated({1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}, {k_nan, 2.5});
  EXPECT_EQ(out[0], 6.0);
  EXPECT_EQ(out[1], 5.5);
}

TEST(Interpolate, OfNothingIsZero) {
  EXPECT_EQ(interpolated({}, {}, {1.0, 2.0}), (Values{0.0, 0.0}));
}

TEST(MergeAxes, TakesMeansOfNearChannelsInTheCommonRange) {
  const Values merged = merge_axes(Values{100.0, 101.0, 102.0, 103.0}, Values{101.2, 102.2, 103.2, 104.2});
  ASSERT_EQ(merged.size(), 3U);
  EXPECT_EQ(merged[0], 0.5 * (101.0 + 101.2));
  EXPECT_EQ(merged[1], 0.5 * (102.0 + 102.2));
  EXPECT_EQ(merged[2], 0.5 * (103.0 + 103.2));
}

TEST(MergeAxes, KeepsChannelsThatAreExactlyOneGapApart) {
  // |101 - 100.5| = 0.5 is the gap of the second axis: not below it, so both stay.
  EXPECT_EQ(merge_axes(Values{100.0, 101.0, 102.0}, Values{100.0, 100.5, 101.0, 101.5}),
            (Values{100.0, 100.5, 101.0, 101.5}));
  EXPECT_EQ(merge_axes(Values{1.0, 2.0, 3.0}, Values{2.0, 3.0, 4.0}), (Values{2.0, 3.0}));
}

TEST(MergeAxes, TakesTheSecondAxisFirstOnATie) {
  // A repeated mass has no gap, so its equal is not "closer". The second axis's 1 goes first, below the
  // common range; then both of the first axis are in it. The other way round one of them would be below it.
  EXPECT_EQ(merge_axes(Values{1.0, 1.0, 5.0}, Values{1.0, 2.0, 3.0}), (Values{1.0, 1.0, 2.0, 3.0}));
}

TEST(MergeAxes, OfAxesWithoutCommonRangeIsEmpty) {
  EXPECT_TRUE(merge_axes(Values{1.0, 2.0, 3.0}, Values{10.0, 11.0}).empty());
  EXPECT_TRUE(merge_axes(Values{10.0, 11.0}, Values{1.0, 2.0, 3.0}).empty());
  EXPECT_TRUE(merge_axes({}, Values{1.0, 2.0}).empty());
  EXPECT_TRUE(merge_axes(Values{1.0, 2.0}, {}).empty());
}

TEST(MergeAxes, OfSingleChannelsIsTheirMean) {
  EXPECT_EQ(merge_axes(Values{1.0}, Values{3.0}), (Values{2.0}));
}

TEST(SameAxis, ComparesLengthAndValues) {
  EXPECT_TRUE(same_axis(Values{1.0, 2.0}, Values{1.0, 2.0}));
  EXPECT_FALSE(same_axis(Values{1.0, 2.0}, Values{1.0, 2.0, 3.0}));
  EXPECT_FALSE(same_axis(Values{1.0, 2.0}, Values{1.0, 2.0000000000000004}));
  EXPECT_FALSE(same_axis(Values{k_nan}, Values{k_nan}));
  EXPECT_TRUE(same_axis({}, {}));
}

}  // namespace
}  // namespace fanfold::kernels
