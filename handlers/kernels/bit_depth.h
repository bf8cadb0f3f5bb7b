#pragma once

#include <span>

namespace fanfold::kernels {

// What the number of bits is where its formula leaves the range of an integer:
// `x86`: as an x86 processor converts it: not a number, and 2^31 or more, give 1 bit.
// `fixed`: a floor that is not positive or not finite gives 1 bit; a huge count gives 52.
enum class BitRule { x86, fixed };

// Cuts each value's mantissa, toward zero, to the bits that stand above the noise: 4 bits at half the noise
// floor f, 52 at ten times the floor, between them round(s * v + (4 - s * 0.5 * f)) with s = 48 / (f * 9.5),
// never below 1. Then negative values become 0; -0 stays; NaN stays as it is, infinity too. REQUIRES:
// noise_floor.size() == values.size(). Thread-safe.
void reduce_bit_depth(std::span<double> values, std::span<const double> noise_floor, BitRule rule);

}  // namespace fanfold::kernels
