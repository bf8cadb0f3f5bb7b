#include "handlers/kernels/correlation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

// Plain sums in the order of the definition; volatile keeps the compiler from finding a better one.
double naive(const std::vector<double>& x, const std::vector<double>& a) {
  volatile double sum_x = 0.0, sum_a = 0.0, products = 0.0, squares_x = 0.0, squares_a = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    sum_x = sum_x + x[k];
    sum_a = sum_a + a[k];
  }
  const double mean_x = sum_x / static_cast<double>(x.size());
  const double mean_a = sum_a / static_cast<double>(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    products = products + (x[k] - mean_x) * (a[k] - mean_a);
    squares_x = squares_x + (x[k] - mean_x) * (x[k] - mean_x);
    squares_a = squares_a + (a[k] - mean_a) * (a[k] - mean_a);
  }
  return products / (std::sqrt(squares_x) * std::sqrt(squares_a));
}

TEST(ReferenceScorer, IsPearsonsCorrelationBitForBit) {
  for (const std::size_t n : {2U, 3U, 100U, 1001U}) {
    const auto average = reference::random_spectrum(n, 1);
    const ReferenceScorer scorer(average);
    for (std::uint32_t seed = 2; seed < 8; ++seed) {
      const auto row = reference::random_spectrum(n, seed);
      EXPECT_EQ(scorer.score(row), naive(row, average));
    }
  }
}

TEST(ReferenceScorer, ScoresABatchWithTheSameBits) {
  const auto average = reference::random_spectrum(777, 1);
  const ReferenceScorer scorer(average);
  std::vector<std::vector<double>> rows;
  for (std::uint32_t seed = 0; seed < 11; ++seed)
    rows.push_back(reference::random_spectrum(777, seed, 0.0, seed));
  for (std::size_t count = 0; count <= rows.size(); ++count) {
    const std::vector<std::span<const double>> spans(rows.begin(),
                                                     rows.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<double> scores(count);
    scorer.score(spans, scores);
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_EQ(scores[i], scorer.score(rows[i])) << i << " of " << count;
  }
}

TEST(ReferenceScorer, KnowsItselfItsOppositeAndConstants) {
  const std::vector<double> average{1.0, 2.0, 4.0, 2.0};
  const ReferenceScorer scorer(average);
  EXPECT_NEAR(scorer.score(average), 1.0, 1e-15);
  EXPECT_NEAR(scorer.score(std::vector<double>{-1.0, -2.0, -4.0, -2.0}), -1.0, 1e-15);
  EXPECT_TRUE(std::isnan(scorer.score(std::vector<double>(4, 3.0))));
}

}  // namespace
}  // namespace fanfold::kernels
