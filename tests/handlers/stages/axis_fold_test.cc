#include "handlers/common_mass_axis/axis_fold.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "handlers/common_mass_axis/partial.h"
#include "handlers/common_mass_axis/reduce.h"

namespace fanfold::handlers {
namespace {

MergedAxis pixel(std::vector<double> mass, std::vector<double> intensity) {
  MergedAxis axis;
  axis.node.bins = kernels::bin_sizes(mass, intensity);
  axis.node.mass = std::move(mass);
  return axis;
}

TEST(MergedAxis, StaysAsItIsWhileAllAreEqual) {
  MergedAxis left = pixel({1, 2, 3, 4, 5}, {0, 1, 5, 1, 0});
  const std::vector<double> before = left.node.mass;
  merge_axes_of(left, pixel({1, 2, 3, 4, 5}, {0, 0, 9, 1, 0}));
  EXPECT_EQ(left.node.mass, before);
  EXPECT_TRUE(left.identical);
}

TEST(MergedAxis, MergesWhatDiffersAndSaysSo) {
  MergedAxis left = pixel({1, 2, 3, 4, 5}, {0, 1, 5, 1, 0});
  merge_axes_of(left, pixel({1.5, 2.5, 3.5, 4.5, 7}, {0, 1, 5, 1, 0}));
  EXPECT_FALSE(left.identical);
  EXPECT_EQ(left.node.mass.front(), 1.0);
  EXPECT_EQ(left.node.mass.back(), 7.0);
  EXPECT_TRUE(std::is_sorted(left.node.mass.begin(), left.node.mass.end()));
}

TEST(MergedAxis, PassesOverAPixelWithoutPeak) {
  MergedAxis left = pixel({1, 2, 3, 4, 5}, {0, 1, 5, 1, 0});
  const std::vector<double> before = left.node.mass;
  merge_axes_of(left, pixel({10, 20, 30}, {1, 1, 1}));
  EXPECT_EQ(left.node.mass, before);
  EXPECT_FALSE(left.identical);

  MergedAxis flat = pixel({10, 20, 30}, {1, 1, 1});
  merge_axes_of(flat, pixel({1, 2, 3, 4, 5}, {0, 1, 5, 1, 0}));
  EXPECT_EQ(flat.node.mass, before);
  EXPECT_FALSE(flat.identical);
}

TEST(MergedAxis, KeepsAnAxisThatAllShareWithoutAnyPeak) {
  MergedAxis left = pixel({1, 2, 3}, {1, 1, 1});
  merge_axes_of(left, pixel({1, 2, 3}, {2, 2, 2}));
  EXPECT_TRUE(left.identical);
  EXPECT_EQ(left.node.mass.size(), 3u);
}

protocol::Bundle partial(std::vector<double> mass, std::vector<double> bins, std::uint64_t identical) {
  protocol::Bundle bundle;
  bundle.set(common_mass_axis::k_mass, std::move(mass));
  bundle.set(common_mass_axis::k_bins, std::move(bins));
  bundle.set(common_mass_axis::k_identical, std::vector<std::uint64_t>{identical});
  return bundle;
}

TEST(CommonMassAxisReduce, FailsWhereNothingHasAPeakAndAxesDiffer) {
  CommonMassAxisReduce reduce(Compat::none);
  ASSERT_TRUE(reduce.fold(0, partial({1, 2}, {}, 1)));
  ASSERT_TRUE(reduce.fold(1, partial({1, 3}, {}, 1)));
  const auto axis = reduce.finish("brain");
  ASSERT_FALSE(axis);
  EXPECT_NE(axis.error().message().find("'brain'"), std::string::npos);
}

TEST(CommonMassAxisReduce, FailsWithoutAnyAxis) {
  CommonMassAxisReduce reduce(Compat::none);
  EXPECT_FALSE(reduce.finish("brain"));
}

TEST(CommonMassAxisReduce, RefusesAPartialThatContradictsItself) {
  CommonMassAxisReduce reduce(Compat::none);
  EXPECT_FALSE(reduce.fold(0, partial({1, 2, 3}, {1}, 1)));
}

TEST(CommonMassAxisReduce, OfTheOriginalLeavesTheFirstBinAtZero) {
  CommonMassAxisReduce reduce(Compat::rmsi2);
  ASSERT_TRUE(reduce.fold(0, partial({1, 2, 3}, {0.5, 0.5, 0.5}, 0)));
  ASSERT_TRUE(reduce.fold(1, partial({1.2, 2.8}, {0.1, 0.1}, 0)));
  const auto axis = reduce.finish("brain");
  ASSERT_TRUE(axis);
  EXPECT_EQ(axis->axis, (std::vector<double>{1, 1.2, 2, 2.8}));
}

}  // namespace
}  // namespace fanfold::handlers
