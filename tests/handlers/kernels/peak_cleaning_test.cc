#include "handlers/kernels/peak_cleaning.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace fanfold::kernels {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

using List = std::vector<std::pair<double, double>>;  // mass, intensity

struct Cleaned {
  List list;
  std::size_t damaged = 0;
};

Cleaned clean(const List& list) {
  std::vector<Peak> peaks;
  for (const auto& [mass, intensity] : list) peaks.push_back({mass, intensity, 0, 0, -1});
  Cleaned cleaned;
  cleaned.damaged = clean_peaks(peaks);
  for (const Peak& peak : peaks) cleaned.list.emplace_back(peak.mass, peak.intensity);
  return cleaned;
}

TEST(PeakCleaning, LeavesAGoodListAsItIs) {
  const List list{{100, 5}, {200, 3}, {300.5, 1e-300}};
  const Cleaned cleaned = clean(list);
  EXPECT_EQ(cleaned.list, list);
  EXPECT_EQ(cleaned.damaged, 0u);
  EXPECT_TRUE(clean({}).list.empty());
}

TEST(PeakCleaning, DropsPeaksWithoutSignalInSilence) {
  const Cleaned cleaned = clean({{0, 0}, {100, 0.0}, {150, -0.0}, {200, 3}, {k_nan, 0}});
  EXPECT_EQ(cleaned.list, (List{{200, 3}}));
  EXPECT_EQ(cleaned.damaged, 0u);
}

TEST(PeakCleaning, DropsAndCountsDamagedPeaks) {
  const Cleaned cleaned = clean({{100, -1},
                                 {110, k_nan},
                                 {120, k_infinity},
                                 {130, -k_infinity},
                                 {k_nan, 1},
                                 {k_infinity, 1},
                                 {-5, 1},
                                 {0, 1},
                                 {200, 3}});
  EXPECT_EQ(cleaned.list, (List{{200, 3}}));
  EXPECT_EQ(cleaned.damaged, 8u);
}

TEST(PeakCleaning, SortsByMass) {
  EXPECT_EQ(clean({{300, 1}, {100, 2}, {200, 3}}).list, (List{{100, 2}, {200, 3}, {300, 1}}));
}

TEST(PeakCleaning, KeepsTheHighestOfEqualMass) {
  EXPECT_EQ(clean({{100, 2}, {100, 7}, {100, 5}, {200, 1}}).list, (List{{100, 7}, {200, 1}}));
  EXPECT_EQ(clean({{200, 1}, {100, 2}, {200, 4}, {100, 1}}).list, (List{{100, 2}, {200, 4}}));
}

TEST(PeakCleaning, KeepsTheFirstOfEqualPeaks) {
  std::vector<Peak> peaks{{200, 1, 0, 0, 0}, {100, 5, 0, 1, 0}, {100, 5, 0, 2, 0}};
  clean_peaks(peaks);
  ASSERT_EQ(peaks.size(), 2u);
  EXPECT_EQ(peaks[0].area, 1);
}

TEST(PeakCleaning, DropsOnlyWhatIsDamagedFromListsWithBinSizes) {
  std::vector<Peak> peaks{{300, -1, k_infinity, k_nan, 0.5}, {200, 0, 0, 0, 0.5}, {200, 1, 0, 0, 0.5},
                          {100, k_nan, 0, 0, 0.5},           {100, 1, 0, 0, 0},   {0, 1, 0, 0, 0.5}};
  EXPECT_EQ(drop_damaged_peaks(peaks), 3u);
  ASSERT_EQ(peaks.size(), 3u);
  EXPECT_EQ(peaks[0].intensity, -1);
  EXPECT_EQ(peaks[1].intensity, 0);
  EXPECT_EQ(peaks[2].mass, 200);
}

}  // namespace
}  // namespace fanfold::kernels
