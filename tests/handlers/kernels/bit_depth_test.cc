#include "handlers/kernels/bit_depth.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

const double k_nan = std::numeric_limits<double>::quiet_NaN();
const double k_infinity = std::numeric_limits<double>::infinity();

double truncated(double value, int bits) {
  const std::uint64_t dropped = (std::uint64_t{1} << (52 - bits)) - 1;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) & ~dropped);
}

double naive(double value, double floor, BitRule rule) {
  const double slope = 48.0 / (floor * 9.5);
  const double rounded = std::round(slope * value + (4.0 - slope * 0.5 * floor));
  int bits = 0;
  if (rule == BitRule::x86) {
    // cvttsd2si: what does not fit becomes the most negative integer.
    bits = rounded >= -2147483648.0 && rounded <= 2147483647.0 ? static_cast<int>(rounded)
                                                               : std::numeric_limits<int>::min();
  } else {
    const bool is_sane = floor > 0.0 && std::isfinite(floor);
    bits = is_sane ? static_cast<int>(std::fmin(std::fmax(rounded, 0.0), 100.0)) : 1;
  }
  bits = std::min(std::max(bits, 1), 52);
  const double kept = truncated(value, bits);
  return kept < 0.0 ? 0.0 : kept;
}

double reduced(double value, double floor, BitRule rule) {
  reduce_bit_depth({&value, 1}, {&floor, 1}, rule);
  return value;
}

TEST(ReduceBitDepth, MatchesTheFormulaBitForBit) {
  for (const std::size_t n : {0U, 1U, 3U, 4U, 5U, 5000U}) {
    const auto values = reference::random_values(n, 1, -2.0, 12.0);
    const auto floors = reference::random_values(n, 2, -0.5, 3.0);
    for (const BitRule rule : {BitRule::x86, BitRule::fixed}) {
      auto out = values;
      reduce_bit_depth(out, floors, rule);
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], naive(values[i], floors[i], rule)) << i;
    }
  }
}

TEST(ReduceBitDepth, KeepsFourBitsAtHalfTheFloorAndAllAtTenTimes) {
  const double value = std::nextafter(1.0, 0.0);  // all mantissa bits set
  EXPECT_EQ(reduced(value, 2.0 * value, BitRule::fixed), truncated(value, 4));
  EXPECT_EQ(reduced(value, value / 10.0, BitRule::fixed), value);
  EXPECT_EQ(reduced(value, 1000.0, BitRule::fixed), truncated(value, 1));
}

TEST(ReduceBitDepth, RoundsTheCountHalfAwayFromZero) {
  const double floor = 48.0 / 9.5;
  const double slope = 48.0 / (floor * 9.5);
  const double offset = 4.0 - slope * 0.5 * floor;
  int told_apart = 0;
  for (int whole = 2; whole < 52; ++whole) {
    const double value = whole + 0.5 - offset;
    if (slope * value + offset != whole + 0.5) continue;
    if (truncated(value, whole) == truncated(value, whole + 1)) continue;
    told_apart += whole % 2 == 0 ? 1 : 0;  // to even would be down
    EXPECT_EQ(reduced(value, floor, BitRule::x86), truncated(value, whole + 1)) << whole;
    EXPECT_EQ(reduced(value, floor, BitRule::fixed), truncated(value, whole + 1)) << whole;
  }
  EXPECT_GE(told_apart, 5);
}

TEST(ReduceBitDepth, TreatsFloorsThatAreNoFloor) {
  const double value = 1.9999;
  for (const double floor : {0.0, -0.0, -1.0, -1e-300, k_nan, -k_infinity}) {
    EXPECT_EQ(reduced(value, floor, BitRule::fixed), 1.5) << floor;
  }
  EXPECT_EQ(reduced(value, k_infinity, BitRule::fixed), 1.5);
  for (const double floor : {0.0, -0.0, k_nan, k_infinity, -k_infinity}) {
    EXPECT_EQ(reduced(value, floor, BitRule::x86), 1.5) << floor;
  }
  // Negative floors go through the formula: (4 - slope / 2 * floor) is 4 - 48 / 19, and the slope takes away
  // from it.
  EXPECT_EQ(reduced(value, -1e6, BitRule::x86), truncated(value, 1));
}

TEST(ReduceBitDepth, TreatsHugeCounts) {
  const double value = std::nextafter(2.0, 0.0);
  // 5.05 v / f: at 1e-8 below 2^31, at 1e-9 above.
  EXPECT_EQ(reduced(value, 1e-8, BitRule::x86), value);
  EXPECT_EQ(reduced(value, 1e-9, BitRule::x86), truncated(value, 1));
  EXPECT_EQ(reduced(value, 1e-310, BitRule::x86), truncated(value, 1));
  for (const double floor : {1e-8, 1e-9, 1e-300, 1e-310, 5e-324}) {
    EXPECT_EQ(reduced(value, floor, BitRule::fixed), value) << floor;
  }
}

TEST(ReduceBitDepth, ClipsNegativesAndKeepsNegativeZeroNaNAndInfinity) {
  for (const BitRule rule : {BitRule::x86, BitRule::fixed}) {
    EXPECT_EQ(reduced(-3.7, 1.0, rule), 0.0);
    EXPECT_FALSE(std::signbit(reduced(-3.7, 1.0, rule)));
    EXPECT_TRUE(std::signbit(reduced(-0.0, 1.0, rule)));
    EXPECT_TRUE(std::isnan(reduced(k_nan, 1.0, rule)));
    EXPECT_EQ(reduced(k_infinity, 1.0, rule), k_infinity);
    EXPECT_EQ(reduced(-k_infinity, 1.0, rule), 0.0);
    EXPECT_EQ(reduced(0.0, 0.0, rule), 0.0);
  }
  // A NaN whose only set bit is the last would become infinity if it were cut.
  EXPECT_TRUE(std::isnan(reduced(std::bit_cast<double>(0x7FF0000000000001U), 1e9, BitRule::fixed)));
}

}  // namespace
}  // namespace fanfold::kernels
