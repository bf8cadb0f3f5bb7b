#include "handlers/kernels/noise.h"

#include <gtest/gtest.h>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

std::vector<double> naive_noise(std::span<const double> row, std::size_t length, double window) {
  auto spectrum = reference::transform(reference::padded(row, length), -1);
  for (std::size_t k = 0; k < length; ++k) {
    const auto bin = static_cast<long double>(std::min(k, length - k));
    spectrum[k] *= std::exp(-5.0L * bin / static_cast<long double>(window));
  }
  const auto filtered = reference::transform(spectrum, 1);
  std::vector<double> noise(row.size());
  for (std::size_t t = 0; t < row.size(); ++t) {
    noise[t] = static_cast<double>(filtered[t].real() / static_cast<long double>(length));
  }
  return noise;
}

std::vector<std::vector<double>> estimate(NoiseEstimator& estimator,
                                          const std::vector<std::vector<double>>& rows) {
  std::vector<std::vector<double>> out;
  for (const auto& row : rows) out.emplace_back(row.size());
  const std::vector<std::span<const double>> in_spans(rows.begin(), rows.end());
  const std::vector<std::span<double>> out_spans(out.begin(), out.end());
  estimator.estimate(in_spans, out_spans);
  return out;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected, double bound) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t t = 0; t < got.size(); ++t) ASSERT_NEAR(got[t], expected[t], bound) << "channel " << t;
}

TEST(NoiseEstimator, FiltersAsTheFormulaSays) {
  for (const std::size_t n : {2U, 3U, 5U, 63U, 64U, 65U, 1000U, 5000U}) {
    const std::size_t length = reference::power_of_two(static_cast<double>(n));
    for (const double window : {16.0, 32.0, 64.0, 512.0}) {
      const auto row = reference::random_spectrum(n, 5);
      NoiseEstimator estimator(n, length, window);
      expect_near(estimate(estimator, {row})[0], naive_noise(row, length, window),
                  2e-15 * std::log2(static_cast<double>(length)) * 30.0);
    }
  }
}

TEST(NoiseEstimator, OfOneChannelIsTheChannel) {
  NoiseEstimator estimator(1, 1, 16.0);
  EXPECT_EQ(estimate(estimator, {{3.5}})[0], std::vector<double>{3.5});
}

TEST(NoiseEstimator, TakesRowsOfDifferentLengthsAndEmptyOnes) {
  NoiseEstimator estimator(1000, 1024, 16.0);
  const auto whole = reference::random_spectrum(1000, 1);
  const auto half = reference::random_spectrum(513, 2);
  const auto tiny = reference::random_spectrum(1, 3);
  const auto out = estimate(estimator, {half, {}, whole, tiny});
  expect_near(out[0], naive_noise(half, 1024, 16.0), 1e-12);
  EXPECT_TRUE(out[1].empty());
  expect_near(out[2], naive_noise(whole, 1024, 16.0), 1e-12);
  expect_near(out[3], naive_noise(tiny, 1024, 16.0), 1e-12);
}

TEST(NoiseEstimator, GivesARowTheSameBitsWhateverItsBatch) {
  NoiseEstimator estimator(700, 1024, 64.0);
  const auto row = reference::random_spectrum(700, 1);
  const auto alone = estimate(estimator, {row})[0];
  const std::vector<double> huge(650, 1e200);
  EXPECT_EQ(estimate(estimator, {huge, {}, huge, row})[3], alone);
  EXPECT_EQ(estimate(estimator, {huge, row})[1], alone);
}

TEST(NoiseEstimator, WorksInPlaceAndHasNoMemory) {
  NoiseEstimator estimator(700, 1024, 64.0);
  auto row = reference::random_spectrum(700, 1);
  const auto expected = estimate(estimator, {row})[0];
  const std::span<const double> in = row;
  const std::span<double> out = row;
  estimator.estimate({&in, 1}, {&out, 1});
  EXPECT_EQ(row, expected);
}

TEST(NoiseEstimator, LeavesZerosZero) {
  NoiseEstimator estimator(100, 128, 16.0);
  EXPECT_EQ(estimate(estimator, {reference::random_spectrum(100, 1), std::vector<double>(100, 0.0)})[1],
            std::vector<double>(100, 0.0));
}

}  // namespace
}  // namespace fanfold::kernels
