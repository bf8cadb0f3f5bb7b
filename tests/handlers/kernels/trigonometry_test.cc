#include "handlers/kernels/trigonometry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace fanfold::kernels {
namespace {

double error_in_ulps(double value, long double exact) {
  const double nearest = std::fabs(static_cast<double>(exact));
  const double ulp = std::nextafter(nearest, std::numeric_limits<double>::infinity()) - nearest;
  return static_cast<double>(std::fabs(static_cast<long double>(value) - exact)) / ulp;
}

TEST(SinCosOfTurn, IsWithinItsBoundOnTheFirstEighth) {
  double worst = 0.0;
  for (const std::uint64_t denominator : {30U, 64U, 777U, 24000U, 32768U, 999983U}) {
    for (std::uint64_t k = 0; 8 * k <= denominator; ++k) {
      const long double angle = 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(k) /
                                static_cast<long double>(denominator);
      const SinCos turn = sin_cos_of_turn(k, denominator);
      worst = std::max(
          {worst, error_in_ulps(turn.sin, std::sin(angle)), error_in_ulps(turn.cos, std::cos(angle))});
    }
  }
  EXPECT_LE(worst, 0.8);
}

// With this and the first eighth the whole circle is covered.
TEST(SinCosOfTurn, HasTheSymmetriesOfTheCircleExactly) {
  for (const std::uint64_t n : {3U, 5U, 28U, 64U, 777U, 12000U}) {
    for (std::uint64_t k = 0; k <= n; ++k) {
      const SinCos turn = sin_cos_of_turn(k, n);
      const SinCos back = sin_cos_of_turn(n - k, n);
      const SinCos quarter_on = sin_cos_of_turn(4 * k + n, 4 * n);
      const SinCos quarter_minus = sin_cos_of_turn(5 * n - 4 * k, 4 * n);
      EXPECT_EQ(turn.cos, back.cos) << k << '/' << n;
      EXPECT_EQ(turn.sin, -back.sin) << k << '/' << n;
      EXPECT_EQ(quarter_on.sin, turn.cos) << k << '/' << n;
      EXPECT_EQ(quarter_on.cos, -turn.sin) << k << '/' << n;
      EXPECT_EQ(quarter_minus.sin, turn.cos) << k << '/' << n;
      EXPECT_EQ(quarter_minus.cos, turn.sin) << k << '/' << n;
    }
  }
}

TEST(SinCosOfTurn, IsExactAtQuarters) {
  EXPECT_EQ(sin_cos_of_turn(0, 12).cos, 1.0);
  EXPECT_EQ(sin_cos_of_turn(3, 12).sin, 1.0);
  EXPECT_EQ(sin_cos_of_turn(3, 12).cos, 0.0);
  EXPECT_EQ(sin_cos_of_turn(6, 12).cos, -1.0);
  EXPECT_EQ(sin_cos_of_turn(9, 12).sin, -1.0);
  EXPECT_EQ(sin_cos_of_turn(12, 12).cos, 1.0);
  EXPECT_EQ(sin_cos_of_turn(1, 1).sin, 0.0);
}

TEST(Exponential, IsWithinItsBound) {
  double worst = 0.0;
  for (int i = 0; i <= 200000; ++i) {
    const double x = -700.0 + 0.007 * i;
    worst = std::max(worst, error_in_ulps(exponential(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LE(worst, 0.7);
}

TEST(Exponential, EndsInZeroAndInfinity) {
  EXPECT_EQ(exponential(0.0), 1.0);
  EXPECT_EQ(exponential(-1e9), 0.0);
  EXPECT_EQ(exponential(1e9), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace fanfold::kernels
