#include "handlers/kernels/peak_matrix.h"

#include <gtest/gtest.h>

#include <limits>

namespace fanfold::kernels {
namespace {

using Values = std::vector<double>;
using Columns = std::vector<std::uint32_t>;

std::vector<Bin> bins_at(const Values& masses, double bin_size = 0.25) {
  std::vector<Bin> bins;
  for (const double mass : masses) bins.push_back({mass, bin_size, 1});
  return bins;
}

struct Row {
  Values intensity, snr, area;
  Columns gaps;
};

Row filled(const std::vector<Peak>& peaks, const std::vector<Bin>& bins, BinTolerance tolerance) {
  Row row{Values(bins.size(), -7.0), Values(bins.size(), -7.0), Values(bins.size(), -7.0), {99}};
  fill_row(peaks, bins, tolerance, {row.intensity, row.snr, row.area}, row.gaps);
  return row;
}

TEST(ColumnChannels, AreTheNearestWithTiesUpward) {
  const Values axis{10.0, 11.0, 12.0, 13.0, 14.0};
  EXPECT_EQ(column_channels(axis, bins_at({9.0, 10.4, 11.5, 12.6, 13.9})),
            (std::vector<std::size_t>{0, 0, 2, 3, 4}));
}

TEST(ColumnChannels, StopAtTheLastChannel) {
  EXPECT_EQ(column_channels(Values{10.0, 11.0}, bins_at({11.0, 20.0, 30.0})),
            (std::vector<std::size_t>{1, 1, 1}));
  EXPECT_EQ(column_channels(Values{10.0}, bins_at({20.0})), (std::vector<std::size_t>{0}));
  EXPECT_TRUE(column_channels({}, {}).empty());
}

TEST(ColumnChannels, StartFromThePreviousBin) {
  // The scan never goes back: a bin below the last channel taken stays there.
  EXPECT_EQ(column_channels(Values{10.0, 11.0, 12.0}, bins_at({12.0, 10.0})),
            (std::vector<std::size_t>{2, 2}));
}

TEST(FillRow, PutsPeaksIntoTheirColumnsAndListsTheGaps) {
  const std::vector<Peak> peaks{{10.1, 5.0, 50.0, 0.5, 0.1}, {20.0, 6.0, 60.0, 0.6, 0.1}};
  const Row row = filled(peaks, bins_at({10.0, 15.0, 20.0, 30.0}), {2.0, false});
  EXPECT_EQ(row.intensity, (Values{5.0, 0.0, 6.0, 0.0}));
  EXPECT_EQ(row.snr, (Values{50.0, 0.0, 60.0, 0.0}));
  EXPECT_EQ(row.area, (Values{0.5, 0.0, 0.6, 0.0}));
  EXPECT_EQ(row.gaps, (Columns{1, 3}));
}

TEST(FillRow, AcceptsAPeakAtTheTolerance) {
  // 2 * 0.25 of the bin's own size, whatever the peak's.
  EXPECT_TRUE(filled({{10.5, 1.0, 1.0, 1.0, 0.0}}, bins_at({10.0}), {2.0, false}).gaps.empty());
  EXPECT_EQ(filled({{10.5000001, 1.0, 1.0, 1.0, 9.0}}, bins_at({10.0}), {2.0, false}).gaps, Columns{0});
  // 1e4 ppm of the bin's mass: 1.0 at 100; 99 lies at it, 101 too.
  EXPECT_TRUE(filled({{99.0, 1.0, 1.0, 1.0, 0.1}}, bins_at({100.0}), {1e4, true}).gaps.empty());
  EXPECT_TRUE(filled({{101.0, 1.0, 1.0, 1.0, 0.1}}, bins_at({100.0}), {1e4, true}).gaps.empty());
  EXPECT_EQ(filled({{101.0001, 1.0, 1.0, 1.0, 0.1}}, bins_at({100.0}), {1e4, true}).gaps, Columns{0});
}

TEST(FillRow, TakesTheLighterOfTwoEquallyNearPeaks) {
  const std::vector<Peak> peaks{{9.5, 1.0, 1.0, 1.0, 0.1}, {10.5, 2.0, 2.0, 2.0, 0.1}};
  EXPECT_EQ(filled(peaks, bins_at({10.0}), {2.0, false}).intensity, Values{1.0});
}

TEST(FillRow, LetsAPeakServeSeveralBins) {
  EXPECT_EQ(filled({{10.0, 3.0, 1.0, 1.0, 0.1}}, bins_at({9.8, 10.0, 10.2}), {2.0, false}).intensity,
            (Values{3.0, 3.0, 3.0}));
}

TEST(FillRow, RaisesNegativesAndNaNToZero) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Row row = filled({{10.0, -3.0, nan, -0.5, 0.1}}, bins_at({10.0}), {2.0, false});
  EXPECT_EQ(row.intensity, Values{0.0});
  EXPECT_EQ(row.snr, Values{0.0});
  EXPECT_EQ(row.area, Values{0.0});
  EXPECT_TRUE(row.gaps.empty());
}

TEST(FillRow, OfNoPeaksIsAllGapsAndOfNoBinsNothing) {
  const Row row = filled({}, bins_at({10.0, 20.0}), {2.0, false});
  EXPECT_EQ(row.intensity, (Values{0.0, 0.0}));
  EXPECT_EQ(row.gaps, (Columns{0, 1}));
  EXPECT_TRUE(filled({{10.0, 1.0, 1.0, 1.0, 1.0}}, {}, {2.0, false}).gaps.empty());
}

TEST(FillRow, ScansPeaksThatAreOutOfOrder) {
  // The scan stops behind the first peak above the bin, so the exact one behind it is not found.
  const std::vector<Peak> peaks{
      {9.9, 1.0, 1.0, 1.0, 0.1}, {10.2, 2.0, 2.0, 2.0, 0.1}, {10.0, 3.0, 3.0, 3.0, 0.1}};
  EXPECT_EQ(filled(peaks, bins_at({10.0}), {2.0, false}).intensity, Values{1.0});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(filled({{nan, 1.0, 1.0, 1.0, 0.1}}, bins_at({10.0}), {2.0, false}).gaps, Columns{0});
}

TEST(FillRow, LeavesOutMatricesThatAreNotWanted) {
  double intensity = 0.0;
  std::vector<std::uint32_t> gaps;
  const std::vector<Peak> peaks{{10.0, 3.0, 1.0, 1.0, 0.1}};
  const auto bins = bins_at({10.0});
  fill_row(peaks, bins, {2.0, false}, {{&intensity, 1}, {}, {}}, gaps);
  EXPECT_EQ(intensity, 3.0);
}

}  // namespace
}  // namespace fanfold::kernels
