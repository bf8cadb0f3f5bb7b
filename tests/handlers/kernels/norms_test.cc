#include "handlers/kernels/norms.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

const double k_nan = std::numeric_limits<double>::quiet_NaN();

TEST(Norms, AreSumRootOfSquaresAndMaximum) {
  const std::vector<double> row{3.0, -4.0, 12.0};
  const Norms n = norms(row);
  EXPECT_EQ(n.tic, 11.0);
  EXPECT_EQ(n.rms, 13.0);
  EXPECT_EQ(n.max, 12.0);
}

TEST(Norms, SumFromLeftToRight) {
  const auto row = reference::random_values(1003, 1, -1.0, 1e6);
  volatile double sum = 0.0;
  volatile double squares = 0.0;
  for (const double value : row) {
    sum = sum + value;
    squares = squares + value * value;
  }
  EXPECT_EQ(norms(row).tic, sum);
  EXPECT_EQ(norms(row).rms, std::sqrt(squares));
}

TEST(Norms, OfNothingAndOfNegativesAndOfNaN) {
  EXPECT_EQ(norms({}).tic, 0.0);
  EXPECT_EQ(norms({}).rms, 0.0);
  EXPECT_EQ(norms({}).max, 0.0);
  EXPECT_EQ(norms(std::vector<double>{-2.0, -1.0}).max, 0.0);
  const Norms poisoned = norms(std::vector<double>{1.0, k_nan, 2.0});
  EXPECT_TRUE(std::isnan(poisoned.tic));
  EXPECT_TRUE(std::isnan(poisoned.rms));
  EXPECT_EQ(poisoned.max, 2.0);
}

TEST(Accumulate, AddsEachChannel) {
  for (const std::size_t n : {0U, 1U, 3U, 4U, 5U, 17U}) {
    const auto a = reference::random_values(n, 1);
    const auto b = reference::random_values(n, 2);
    auto sum = a;
    accumulate(sum, b);
    auto scaled = a;
    accumulate_scaled_by(scaled, b, 3.0);
    for (std::size_t k = 0; k < n; ++k) {
      EXPECT_EQ(sum[k], a[k] + b[k]);
      EXPECT_EQ(scaled[k], a[k] + b[k] / 3.0);
    }
  }
}

TEST(Maximum, KeepsTheLargerAndPassesOverNaN) {
  std::vector<double> max{1.0, 5.0, 2.0, 0.0, 0.0};
  maximum(max, std::vector<double>{2.0, 4.0, k_nan, -1.0, 7.0});
  EXPECT_EQ(max, (std::vector<double>{2.0, 5.0, 2.0, 0.0, 7.0}));
}

}  // namespace
}  // namespace fanfold::kernels
