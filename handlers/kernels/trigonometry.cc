#include "handlers/kernels/trigonometry.h"

#include <array>
#include <cmath>
#include <limits>

namespace fanfold::kernels {
namespace {

// An unevaluated sum high + low with |low| below half an ULP of high.
struct Extended {
  double high;
  double low;
};

// a * b without error (Dekker, Veltkamp splitting).
Extended product(double a, double b) {
  constexpr double k_splitter = 134217729.0;  // 2^27 + 1
  const double a_scaled = k_splitter * a;
  const double a_high = a_scaled - (a_scaled - a);
  const double a_low = a - a_high;
  const double b_scaled = k_splitter * b;
  const double b_high = b_scaled - (b_scaled - b);
  const double b_low = b - b_high;
  const double high = a * b;
  return {high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

// REQUIRES: |a| >= |b|.
Extended ordered_sum(double a, double b) {
  const double high = a + b;
  return {high, b - (high - a)};
}

constexpr Extended k_two_pi{6.283185307179586, 2.4492935982947064e-16};
constexpr Extended k_ln_2{0.6931471805599453, 2.3190468138462996e-17};

// 2 * pi * numerator / denominator, numerator / denominator <= 1/8.
Extended angle_of(std::uint64_t numerator, std::uint64_t denominator) {
  const auto n = static_cast<double>(numerator);
  const auto d = static_cast<double>(denominator);
  const double turn = n / d;
  const Extended back = product(turn, d);
  const double turn_error = ((n - back.high) - back.low) / d;
  const Extended angle = product(turn, k_two_pi.high);
  return ordered_sum(angle.high, angle.low + (turn * k_two_pi.low + turn_error * k_two_pi.high));
}

// Taylor series on [0, pi / 4]; the first term left out is below 2^-60 of the result.
double sine(Extended angle) {
  constexpr std::array<double, 8> k_terms{-1.0 / 6.0,          1.0 / 120.0,         -1.0 / 5040.0,
                                          1.0 / 362880.0,      -1.0 / 39916800.0,   1.0 / 6227020800.0,
                                          -1.0 / 1307674368e3, 1.0 / 355687428096e3};
  const double square = angle.high * angle.high;
  double sum = 0.0;
  for (std::size_t i = k_terms.size(); i-- > 0;) sum = sum * square + k_terms[i];
  return angle.high + (angle.high * square * sum + angle.low * (1.0 - 0.5 * square));
}

double cosine(Extended angle) {
  constexpr std::array<double, 7> k_terms{1.0 / 24.0,         -1.0 / 720.0,      1.0 / 40320.0,
                                          -1.0 / 3628800.0,   1.0 / 479001600.0, -1.0 / 87178291200.0,
                                          1.0 / 20922789888e3};
  const Extended square = product(angle.high, angle.high);
  double sum = 0.0;
  for (std::size_t i = k_terms.size(); i-- > 0;) sum = sum * square.high + k_terms[i];
  const Extended leading = ordered_sum(1.0, -0.5 * square.high);
  const double rest = square.high * square.high * sum - 0.5 * square.low - angle.high * angle.low;
  return leading.high + (leading.low + rest);
}

// REQUIRES: 8 * numerator <= denominator.
SinCos of_first_octant(std::uint64_t numerator, std::uint64_t denominator) {
  if (numerator == 0) return {0.0, 1.0};
  const Extended angle = angle_of(numerator, denominator);
  return {sine(angle), cosine(angle)};
}

// REQUIRES: 4 * numerator <= denominator.
SinCos of_first_quarter(std::uint64_t numerator, std::uint64_t denominator) {
  if (8 * numerator <= denominator) return of_first_octant(numerator, denominator);
  // A quarter turn minus the angle, over four times the denominator so that it stays a whole number.
  const SinCos mirrored = of_first_octant(denominator - 4 * numerator, 4 * denominator);
  return {mirrored.cos, mirrored.sin};
}

}  // namespace

SinCos sin_cos_of_turn(std::uint64_t numerator, std::uint64_t denominator) {
  numerator %= denominator;
  const std::uint64_t quarters = 4 * numerator / denominator;
  const SinCos rest = of_first_quarter(4 * numerator - quarters * denominator, 4 * denominator);
  switch (quarters) {
    case 0:
      return rest;
    case 1:
      return {rest.cos, 0.0 - rest.sin};
    case 2:
      return {0.0 - rest.sin, 0.0 - rest.cos};
    default:
      return {0.0 - rest.cos, rest.sin};
  }
}

double exponential(double x) {
  if (x < -700.0) return 0.0;
  if (x > 700.0) return std::numeric_limits<double>::infinity();
  const double octaves = std::round(x / k_ln_2.high);
  const Extended whole = product(octaves, k_ln_2.high);
  const Extended rest = ordered_sum(x - whole.high, 0.0 - whole.low - octaves * k_ln_2.low);
  // exp(r) on |r| <= ln(2) / 2, Taylor series: the first term left out is below 2^-60.
  double sum = 0.0;
  double factorial = 355687428096e3;  // 17!, exact, as are those below it
  for (int i = 17; i >= 2; --i) {
    sum = sum * rest.high + 1.0 / factorial;
    factorial /= static_cast<double>(i);
  }
  sum *= rest.high * rest.high;
  const Extended leading = ordered_sum(1.0, rest.high);
  return std::ldexp(leading.high + (leading.low + sum + rest.low * leading.high), static_cast<int>(octaves));
}

}  // namespace fanfold::kernels
