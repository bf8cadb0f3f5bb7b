#include "handlers/kernels/peak_binning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

// The definition with its scan over the whole list.
class NaiveBinList {
 public:
  NaiveBinList(BinTolerance tolerance, bool weigh) : m_tolerance(tolerance), m_weigh(weigh) {}

  void append(double x, double b, std::uint64_t count) {
    if (m_tolerance.ppm && b < 0.0) b = m_tolerance.value * x / 1e6;
    if (bins.empty()) {
      bins.push_back({x, b, count});
      return;
    }
    std::size_t nearest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < bins.size(); ++i) {
      if (std::fabs(x - bins[i].mass) < least) {
        least = std::fabs(x - bins[i].mass);
        nearest = i;
      }
      if (bins[i].mass > x) break;
    }
    const bool hit = m_tolerance.ppm ? 1e6 * least / x < m_tolerance.value : least < m_tolerance.value * b;
    Bin& bin = bins[nearest];
    if (!hit) {
      bins.insert(bins.begin() + static_cast<std::ptrdiff_t>(nearest + (x > bin.mass ? 1 : 0)),
                  {x, b, count});
      return;
    }
    const auto n = static_cast<double>(bin.count);
    const auto c = static_cast<double>(count);
    bin.mass = m_weigh ? (n * bin.mass + c * x) / (n + c) : (n / (n + 1)) * bin.mass + x / (n + 1);
    bin.bin_size =
        m_weigh ? (n * bin.bin_size + c * b) / (n + c) : (n / (n + 1)) * bin.bin_size + b / (n + 1);
    bin.count += count;
  }

  std::vector<Bin> bins;

 private:
  BinTolerance m_tolerance;
  bool m_weigh;
};

void expect_equal(const std::vector<Bin>& got, const std::vector<Bin>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].mass, expected[i].mass) << i;
    ASSERT_EQ(got[i].bin_size, expected[i].bin_size) << i;
    ASSERT_EQ(got[i].count, expected[i].count) << i;
  }
}

TEST(BinList, MatchesTheScanBitForBit) {
  for (const bool ppm : {false, true}) {
    for (const bool weigh : {false, true}) {
      for (const double tolerance : {0.0, 0.5, 6.0, 300.0}) {
        BinList list({tolerance, ppm});
        NaiveBinList naive({tolerance, ppm}, weigh);
        const auto masses = reference::random_values(1500, 1, 400.0, 405.0);
        const auto sizes = reference::random_values(1500, 2, -0.002, 0.02);
        for (std::size_t i = 0; i < masses.size(); ++i) {
          // A coarse grid as well, for equal masses and ties.
          const double mass = i % 3 == 0 ? std::round(masses[i] * 64.0) / 64.0 : masses[i];
          list.append(mass, sizes[i], 1 + i % 4, weigh);
          naive.append(mass, sizes[i], 1 + i % 4);
        }
        expect_equal(list.bins(), naive.bins);
      }
    }
  }
}

TEST(BinList, TakesTheLighterOfTwoEquallyNearBins) {
  BinList list({3.0, false});
  list.append(100.0, 0.25, 1, true);
  list.append(102.0, 0.25, 1, true);
  list.append(101.0, 0.5, 1, true);
  expect_equal(list.bins(), {{100.5, 0.375, 2}, {102.0, 0.25, 1}});
}

TEST(BinList, JoinsBelowTheToleranceNotAtIt) {
  BinList scans({2.0, false});
  scans.append(100.0, 9.0, 1, true);
  scans.append(101.0, 0.5, 1, true);  // at 2 * 0.5, the new peak's bin size
  EXPECT_EQ(scans.bins().size(), 2U);
  scans.append(99.5, 0.5, 1, true);
  EXPECT_EQ(scans.bins().size(), 2U);
  BinList ppm({1e4, true});
  ppm.append(99.0, 0.1, 1, true);
  ppm.append(100.0, 0.1, 1, true);  // 1e4 ppm of 100, the new peak's mass, and more than that of 99
  EXPECT_EQ(ppm.bins().size(), 2U);
  BinList below({1e4, true});
  below.append(101.0, 0.1, 1, true);
  below.append(100.0, 0.1, 1, true);  // below 1e4 ppm of 101, but not of 100
  EXPECT_EQ(below.bins().size(), 2U);
}

TEST(BinList, PutsAMissOnTheRightSideOfTheNearest) {
  for (const bool ppm : {false, true}) {
    BinList list({1.0, ppm});
    for (const double mass : {100.0, 200.0, 140.0, 160.0, 90.0, 210.0}) list.append(mass, 0.1, 1, true);
    std::vector<double> masses;
    for (const Bin& bin : list.bins()) masses.push_back(bin.mass);
    EXPECT_EQ(masses, (std::vector<double>{90.0, 100.0, 140.0, 160.0, 200.0, 210.0}));
  }
}

TEST(BinList, WeighsByCountOrAsOne) {
  BinList fixed({10.0, false});
  fixed.append(100.0, 1.0, 3, true);
  fixed.append(104.0, 2.0, 1, true);
  expect_equal(fixed.bins(), {{101.0, 1.25, 4}});
  BinList original({10.0, false});
  original.append(100.0, 1.0, 1, false);
  original.append(104.0, 2.0, 7, false);
  expect_equal(original.bins(), {{102.0, 1.5, 8}});
}

TEST(BinList, TakesTheToleranceForAnUnknownBinSizeInPpm) {
  BinList list({50.0, true});
  list.append(200.0, -1.0, 1, true);
  EXPECT_EQ(list.bins()[0].bin_size, 50.0 * 200.0 / 1e6);
}

TEST(BinList, IgnoresMassesThatAreNotFinite) {
  BinList list({1.0, false});
  list.append(std::numeric_limits<double>::quiet_NaN(), 1.0, 1, true);
  list.append(std::numeric_limits<double>::infinity(), 1.0, 1, true);
  EXPECT_TRUE(list.bins().empty());
}

TEST(FilterBins, KeepsWhatIsMoreThanTheFraction) {
  const std::vector<Bin> bins{{1.0, 0.1, 5}, {2.0, 0.1, 6}, {3.0, 0.1, 100}};
  expect_equal(filter_bins(bins, 0.05, 100), {{2.0, 0.1, 6}, {3.0, 0.1, 100}});
  EXPECT_TRUE(filter_bins(bins, 1.0, 100).empty());
  EXPECT_EQ(filter_bins(bins, 0.0, 100).size(), 3U);
  EXPECT_TRUE(filter_bins({}, 0.05, 100).empty());
}

}  // namespace
}  // namespace fanfold::kernels
