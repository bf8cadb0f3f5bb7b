// Sine, cosine and exponential made of +, -, *, / alone, so that they have the same bits on every IEEE
// machine; the last bit of libm's differs between libraries and architectures. For tables, not for inner
// loops. Thread-safe.
#pragma once

#include <cstdint>

namespace fanfold::kernels {

struct SinCos {
  double sin;
  double cos;
};

// Sine and cosine of 2 * pi * numerator / denominator; numerator is taken modulo denominator.
// Multiples of a quarter turn are exact. Max error: 0.8 ULP.
// REQUIRES: 0 < denominator <= 2^48.
SinCos sin_cos_of_turn(std::uint64_t numerator, std::uint64_t denominator);

// exp(x). Max error: 0.7 ULP. REQUIRES: -700 <= x <= 700; below, 0; above, infinity.
double exponential(double x);

}  // namespace fanfold::kernels
