#include "orchestrator/ion_image/window_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace fanfold::ion_image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<ValueRun> search(WindowSearch& search, const std::vector<double>& mz) {
  const auto runs = search.search(mz);
  return {runs.begin(), runs.end()};
}

TEST(MassWindow, IncludesItsEnds) {
  const MassWindow window{1000, 100};
  EXPECT_TRUE(window.contains(999.9));
  EXPECT_TRUE(window.contains(1000.1));
  EXPECT_FALSE(window.contains(999.8999));
  EXPECT_FALSE(window.contains(std::nan("")));
}

TEST(MassWindow, FindsTheNearestMassAnywhere) {
  EXPECT_EQ(nearest_mass(std::vector<double>{3, 1, 2}, 1.9), 2u);
  EXPECT_EQ(nearest_mass(std::vector<double>{1, 3}, 2), 0u);
  EXPECT_EQ(nearest_mass(std::vector<double>{std::nan(""), 5}, 2), 1u);
  EXPECT_FALSE(nearest_mass({}, 2));
}

TEST(MassWindow, SaysHowFarTheNearestIs) {
  const Error error = nothing_within({1000, 5}, "bin of 'a.zarr'", 1000.02);
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_THAT(error.message(),
              HasSubstr("no bin of 'a.zarr' lies within 5 ppm of m/z 1000; the nearest is at "
                        "1000.020000, 20 ppm away"));
  EXPECT_THAT(nothing_within({1000, 5}, "bin", {}).message(), HasSubstr("at all"));
}

TEST(WindowSearch, FindsARunPerMassWhereValuesAscend) {
  WindowSearch windows({{100, 1e4}, {200, 1e4}, {300, 1e4}});
  EXPECT_THAT(search(windows, {98.9, 99, 100, 101, 101.1, 199, 299, 302.9}),
              ElementsAre(ValueRun{0, 1, 3}, ValueRun{1, 5, 1}, ValueRun{2, 6, 2}));
  EXPECT_THAT(search(windows, {}), IsEmpty());
}

TEST(WindowSearch, LooksAtEveryValueWhereTheyDoNot) {
  WindowSearch windows({{100, 1e4}});
  EXPECT_THAT(search(windows, {100, 500, 100.5, 99.5, std::nan(""), 100}),
              ElementsAre(ValueRun{0, 0, 1}, ValueRun{0, 2, 2}, ValueRun{0, 5, 1}));
}

TEST(WindowSearch, RemembersTheNearestOfAllSpectra) {
  WindowSearch windows({{100, 1}});
  EXPECT_FALSE(windows.nearest(0));
  EXPECT_THAT(search(windows, {90, 120}), IsEmpty());
  EXPECT_EQ(windows.nearest(0), 90);
  EXPECT_THAT(search(windows, {300, 104, 80}), IsEmpty());
  EXPECT_EQ(windows.nearest(0), 104);
  EXPECT_THAT(search(windows, {97}), IsEmpty());
  EXPECT_EQ(windows.nearest(0), 97);
  EXPECT_FALSE(windows.found(0));
  EXPECT_THAT(search(windows, {100}), ElementsAre(ValueRun{0, 0, 1}));
  EXPECT_TRUE(windows.found(0));
}

TEST(WindowSearch, AgreesWithLookingAtEveryValue) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> mz(random() % 30);
    for (double& value : mz) value = 100 + static_cast<double>(random() % 100) / 10;
    std::ranges::sort(mz);
    const MassWindow window{100 + static_cast<double>(random() % 100) / 10, 3e3};
    WindowSearch windows({window});
    std::size_t inside = 0;
    for (const double value : mz) inside += window.contains(value) ? 1u : 0u;
    const auto runs = search(windows, mz);
    ASSERT_EQ(runs.size(), inside > 0 ? 1u : 0u);
    if (inside > 0) {
      EXPECT_EQ(runs[0].count, inside);
    } else {
      EXPECT_EQ(windows.nearest(0).has_value(), !mz.empty());
    }
  }
}

}  // namespace
}  // namespace fanfold::ion_image
