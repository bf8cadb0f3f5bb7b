#include "orchestrator/quality_report/distribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace fanfold::quality {
namespace {

using ::testing::ElementsAre;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

std::uint64_t total(const Histogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0});
}

TEST(Quantile, LiesBetweenOrderStatistics) {
  EXPECT_EQ(quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_EQ(quantile({4, 1, 3, 2}, 0), 1);
  EXPECT_EQ(quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_EQ(quantile({10, 20}, 0.25), 12.5);
  EXPECT_EQ(quantile({}, 0.5), 0);
}

TEST(Summary, LeavesOutWhatIsNotFinite) {
  const std::vector<double> values{k_nan, 1, 2, 3, 4, 5, k_infinity, -k_infinity};
  const Summary summary = summarize(values);
  EXPECT_EQ(summary.count, 5u);
  EXPECT_EQ(summary.minimum, 1);
  EXPECT_EQ(summary.lower_quartile, 2);
  EXPECT_EQ(summary.median, 3);
  EXPECT_EQ(summary.upper_quartile, 4);
  EXPECT_EQ(summary.maximum, 5);
  EXPECT_DOUBLE_EQ(summary.mean, 3);
}

TEST(Summary, IsZeroOfNothing) {
  EXPECT_EQ(summarize({}).count, 0u);
  EXPECT_EQ(summarize({}).mean, 0);
}

TEST(Summary, MeansHugeValuesWithoutOverflow) {
  const double most = std::numeric_limits<double>::max();
  EXPECT_TRUE(std::isfinite(summarize(std::vector<double>{most, most, most}).mean));
}

TEST(Histogram, CountsEveryFiniteValueOnce) {
  const std::vector<double> values{-1, 0, 0.5, 1, 2, 3.999, 4, 4.001, 9, k_nan};
  const Histogram result = histogram(values, 0, 4, 4);
  EXPECT_THAT(result.counts, ElementsAre(2, 1, 1, 2));
  EXPECT_EQ(result.below, 1u);
  EXPECT_EQ(result.above, 2u);
}

TEST(Histogram, IsEmptyWithoutARange) {
  EXPECT_EQ(total(histogram(std::vector<double>{1, 2}, 3, 3, 4)), 0u);
  EXPECT_EQ(total(histogram(std::vector<double>{1, 2}, k_nan, 3, 4)), 0u);
}

TEST(Distribution, IsNotSqueezedByOneHugeValue) {
  std::vector<double> values(999);
  std::iota(values.begin(), values.end(), 0.0);
  values.push_back(1e9);
  const Distribution result = distribution(values, 50);
  EXPECT_LT(result.histogram.high, 1000);
  EXPECT_EQ(result.summary.maximum, 1e9);
  EXPECT_GT(result.histogram.above, 0u);
  EXPECT_EQ(total(result.histogram) + result.histogram.above, 1000u);
}

TEST(Distribution, ShowsEqualValues) {
  EXPECT_EQ(total(distribution(std::vector<double>(7, 5.0)).histogram), 7u);
  EXPECT_EQ(total(distribution(std::vector<double>(7, 0.0)).histogram), 7u);
}

TEST(CountDistribution, HasOneBarPerNumberWhereThereIsRoom) {
  const Distribution result = count_distribution(std::vector<double>{3, 3, 5});
  EXPECT_EQ(result.histogram.low, 2.5);
  EXPECT_EQ(result.histogram.high, 5.5);
  EXPECT_THAT(result.histogram.counts, ElementsAre(2, 0, 1));
}

TEST(CountDistribution, HasBarsOfEqualManyNumbers) {
  std::vector<double> values(1000);
  std::iota(values.begin(), values.end(), 0.0);
  const Histogram result = count_distribution(values, 60).histogram;
  EXPECT_EQ(std::fmod(result.high - result.low, static_cast<double>(result.counts.size())), 0);
  EXPECT_LE(result.counts.size(), 60u);
  EXPECT_EQ(total(result), 1000u);
}

TEST(CenteredDistribution, HasABarAroundZero) {
  const Histogram result = centered_distribution(std::vector<double>{-1, 0, 0, 0.5, 1}, 1, 0.5).histogram;
  EXPECT_EQ(result.counts.size() % 2, 1u);
  EXPECT_EQ(result.low, -result.high);
  EXPECT_THAT(result.counts, ElementsAre(1, 0, 2, 1, 1));
}

TEST(CenteredDistribution, HoldsAllWithinItsExtent) {
  std::vector<double> values;
  for (int i = -400; i <= 400; ++i) values.push_back(i * 0.25);
  const Histogram result = centered_distribution(values, 100, 0.25).histogram;
  EXPECT_EQ(total(result), values.size());
  EXPECT_EQ(result.below + result.above, 0u);
}

}  // namespace
}  // namespace fanfold::quality
