#include "handlers/kernels/common_axis.h"

#include <gtest/gtest.h>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

using Values = std::vector<double>;

TEST(BinSizes, AreTheMeanStepOfEachPeak) {
  // The peak at 2 has steps 1, 2 | 3 and ends at 3. The peak at 5 has steps 5 | 6, 7 and falls to the end.
  const Values mz{0.0, 1.0, 3.0, 6.0, 10.0, 15.0, 21.0, 28.0};
  const Values intensity{0.0, 2.0, 5.0, 1.0, 1.0, 4.0, 3.0, 2.0};
  EXPECT_EQ(bin_sizes(mz, intensity), (Values{2.0, 2.0, 2.0, 6.0, 6.0, 6.0, 6.0, 6.0}));
}

TEST(BinSizes, DoNotSeePlateaus) {
  EXPECT_TRUE(bin_sizes(Values{1, 2, 3, 4}, Values{0, 5, 5, 0}).empty());
  // Of a plateau and a peak only the peak counts.
  EXPECT_EQ(bin_sizes(Values{1, 2, 3, 4, 6, 8}, Values{0, 5, 5, 0, 3, 0}), (Values{2, 2, 2, 2, 2, 2}));
}

TEST(BinSizes, EndAPeakBeforeAPlateauOfItsSlope) {
  // The peak at 1 falls to 2 and stops there, as 2 and 3 are level.
  EXPECT_EQ(bin_sizes(Values{0, 1, 3, 4, 5, 6}, Values{0, 9, 4, 4, 6, 0}), (Values{1.5, 1.5, 1, 1, 1, 1}));
}

TEST(BinSizes, GiveTheValleyToTheNextPeak) {
  EXPECT_EQ(bin_sizes(Values{0, 1, 2, 4, 6}, Values{0, 9, 1, 9, 0}), (Values{1.0, 1.0, 2.0, 2.0, 2.0}));
}

TEST(BinSizes, HoldOneOpenEndedPeak) {
  EXPECT_EQ(bin_sizes(Values{0, 1, 3, 6}, Values{0, 9, 5, 1}), (Values{2, 2, 2, 2}));
}

TEST(BinSizes, OfASpectrumWithoutPeakAreEmpty) {
  EXPECT_TRUE(bin_sizes({}, {}).empty());
  EXPECT_TRUE(bin_sizes(Values{1}, Values{1}).empty());
  EXPECT_TRUE(bin_sizes(Values{1, 2}, Values{1, 2}).empty());
  EXPECT_TRUE(bin_sizes(Values{1, 2, 3}, Values{1, 2, 3}).empty());
  EXPECT_TRUE(bin_sizes(Values{1, 2, 3}, Values{3, 2, 1}).empty());
  EXPECT_TRUE(bin_sizes(Values{1, 2, 3}, Values{3, 2, 3}).empty());
  EXPECT_TRUE(bin_sizes(Values{1, 2, 3}, Values{0, 0, 0}).empty());
}

TEST(MergeNodes, DropsMassesWithinTheirOwnBin) {
  const AxisNode newer{{10.5, 11.2, 13.0}, {0.6, 0.6, 0.6}};
  const AxisNode older{{10.0, 11.0, 12.0, 14.0}, {0.7, 0.7, 0.7, 0.7}};
  const AxisNode merged = merge_nodes(newer, older, FirstBin::own);
  EXPECT_EQ(merged.mass, (Values{10.0, 11.0, 12.0, 13.0, 14.0}));
  EXPECT_EQ(merged.bins, (Values{0.7, 0.7, 0.7, 0.6, 0.7}));
}

TEST(MergeNodes, TakesTheOlderNodeOnEqualMasses) {
  const AxisNode newer{{1.0, 2.0}, {0.25, 0.25}};
  const AxisNode older{{1.0, 2.0}, {0.5, 0.5}};
  EXPECT_EQ(merge_nodes(newer, older, FirstBin::own).bins, (Values{0.5, 0.5}));
  EXPECT_EQ(merge_nodes(older, newer, FirstBin::own).bins, (Values{0.25, 0.25}));
}

TEST(MergeNodes, WantsMoreThanABinWhileBothLastAndABinOfTheRest) {
  // Both lists last: a distance of exactly one bin is too near.
  EXPECT_EQ(merge_nodes({{1.0, 9.0}, {1.0, 1.0}}, {{2.0, 9.5}, {1.0, 1.0}}, FirstBin::own).mass,
            (Values{1.0, 9.0}));
  // The first list is used up: one bin is enough.
  EXPECT_EQ(merge_nodes({{1.0}, {1.0}}, {{2.0, 3.0}, {1.0, 1.0}}, FirstBin::own).mass,
            (Values{1.0, 2.0, 3.0}));
  EXPECT_EQ(merge_nodes({{2.0, 3.0, 3.5}, {1.0, 1.0, 1.0}}, {{1.0}, {1.0}}, FirstBin::own).mass,
            (Values{1.0, 2.0, 3.0}));
}

TEST(MergeNodes, SetsTheFirstBinByTheRule) {
  const AxisNode a{{2.0}, {0.1}};
  const AxisNode b{{1.0}, {0.2}};
  EXPECT_EQ(merge_nodes(a, b, FirstBin::own).bins, (Values{0.2, 0.1}));
  EXPECT_EQ(merge_nodes(a, b, FirstBin::zero).bins, (Values{0.0, 0.1}));
}

TEST(MergeNodes, ReturnsTheOtherNodeWhereOneIsEmpty) {
  const AxisNode node{{1.0, 1.1}, {0.5, 0.5}};
  for (const FirstBin rule : {FirstBin::zero, FirstBin::own}) {
    EXPECT_EQ(merge_nodes({}, node, rule).bins, node.bins);
    EXPECT_EQ(merge_nodes(node, {}, rule).mass, node.mass);
    EXPECT_TRUE(merge_nodes({}, {}, rule).mass.empty());
  }
}

// Pixel i of a cube as a node of one mass of its own, far from all others.
std::vector<double> mass_of_pixel(std::size_t i) {
  return {100.0 * static_cast<double>(i + 1)};
}

TEST(Rmsi2AxisFolder, LosesTheBlocksThatHoldTheFirstPixel) {
  // Of n pixels those before the largest power of two below n are lost.
  for (std::size_t n = 2; n <= 40; ++n) {
    Rmsi2AxisFolder folder;
    for (std::size_t i = 0; i < n; ++i) folder.add(mass_of_pixel(i), {1.0});
    EXPECT_FALSE(folder.no_need_to_resample());
    std::size_t head = 1;
    while (2 * head < n) head *= 2;
    Values expected;
    for (std::size_t i = head; i < n; ++i) expected.push_back(mass_of_pixel(i)[0]);
    const auto node = folder.finish();
    ASSERT_TRUE(node.has_value());
    EXPECT_EQ(node->mass, expected) << n;
  }
}

TEST(Rmsi2AxisFolder, DropsTheSideOfAnyPixelThatEqualsTheFirst) {
  // (0 1)(2 0'): 0' is newer than 2, so they merge; the node of pixel 0 is dropped.
  Rmsi2AxisFolder newer;
  for (const std::size_t i : {0U, 1U, 2U, 0U}) newer.add(mass_of_pixel(i), {1.0});
  EXPECT_EQ(newer.finish()->mass, (Values{100.0, 300.0}));
  // (0 1)(0' 3): 0' is the older of its pair and goes.
  Rmsi2AxisFolder older;
  for (const std::size_t i : {0U, 1U, 0U, 3U}) older.add(mass_of_pixel(i), {1.0});
  EXPECT_EQ(older.finish()->mass, (Values{400.0}));
}

TEST(Rmsi2AxisFolder, SeesThatAllAxesAreOne) {
  Rmsi2AxisFolder folder;
  EXPECT_TRUE(folder.no_need_to_resample());
  for (int i = 0; i < 5; ++i) folder.add({1.0, 2.0}, {static_cast<double>(i), 0.5});
  EXPECT_TRUE(folder.no_need_to_resample());
  const auto node = folder.finish();
  EXPECT_EQ(node->mass, (Values{1.0, 2.0}));
  EXPECT_EQ(node->bins, (Values{0.0, 0.5}));  // the first pixel's
}

TEST(Rmsi2AxisFolder, OfOnePixelIsThePixelAndOfNoneNothing) {
  Rmsi2AxisFolder folder;
  EXPECT_FALSE(folder.finish().has_value());
  folder.add({1.0, 2.0}, {0.5, 0.25});
  const auto node = folder.finish();
  EXPECT_EQ(node->mass, (Values{1.0, 2.0}));
  EXPECT_EQ(node->bins, (Values{0.5, 0.25}));
  EXPECT_FALSE(folder.finish().has_value());
}

TEST(Rmsi2AxisFolder, StartsAgainAfterFinish) {
  Rmsi2AxisFolder folder;
  folder.add({1.0}, {1.0});
  folder.add({5.0}, {1.0});
  EXPECT_EQ(folder.finish()->mass, (Values{5.0}));
  folder.add({7.0}, {1.0});
  EXPECT_TRUE(folder.no_need_to_resample());
  EXPECT_EQ(folder.finish()->mass, (Values{7.0}));
}

}  // namespace
}  // namespace fanfold::kernels
