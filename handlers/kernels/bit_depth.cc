#include "handlers/kernels/bit_depth.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "handlers/kernels/lanes.h"

namespace fanfold::kernels {
namespace {

using LaneBits __attribute__((vector_size(k_batch_lanes * sizeof(std::int64_t)))) = std::int64_t;

constexpr double k_mantissa_bits = 52.0;
// The first count that rounds to 2^31: from there x86 converts to the most negative integer.
constexpr double k_x86_overflow = 2147483647.5;
constexpr double k_largest = std::numeric_limits<double>::max();
// 2^52: a number of at most 52 bits added to it is rounded to an integer and stands in the lowest bits.
constexpr double k_integer_at_end = 4503599627370496.0;

FANFOLD_INLINE void load(const double* from, Lanes& to) {
  to = *reinterpret_cast<const LooseLanes*>(from);
}

// Not yet rounded; in [1, 52] or where `rule` leads.
template <BitRule rule>
FANFOLD_INLINE void count_bits(const Lanes& value, const Lanes& floor, Lanes& bits) {
  const Lanes one = {1.0, 1.0, 1.0, 1.0};
  const Lanes most = one * k_mantissa_bits;
  const Lanes slope = 48.0 / (floor * 9.5);
  bits = slope * value + (4.0 - slope * 0.5 * floor);
  Lanes undefined = one;  // what infinity - infinity becomes
  if constexpr (rule == BitRule::x86) {
    bits = bits >= k_x86_overflow ? one : bits;
  } else {
    // The floor is so small that the slope overflows: the value decides.
    undefined = value > 0.0 ? most : one;
    bits = floor > 0.0 ? bits : one;
    bits = floor <= k_largest ? bits : one;
  }
  bits = bits <= k_mantissa_bits ? bits : (bits > k_mantissa_bits ? most : undefined);
  bits = bits >= 1.0 ? bits : one;
}

template <BitRule rule>
FANFOLD_INLINE void reduce_lanes(double* values, const double* floors) {
  const Lanes zero = {0.0, 0.0, 0.0, 0.0};
  const Lanes one = {1.0, 1.0, 1.0, 1.0};
  const double infinite = std::numeric_limits<double>::infinity();
  Lanes value, floor, bits;
  load(values, value);
  load(floors, floor);
  count_bits<rule>(value, floor, bits);
  Lanes shifted = bits + k_integer_at_end;                             // halves to even
  shifted += bits - (shifted - k_integer_at_end) == 0.5 ? one : zero;  // halves away from zero
  const LaneBits integer_at_end = reinterpret_cast<LaneBits>(one * k_integer_at_end);
  const LaneBits dropped = 52 - (reinterpret_cast<LaneBits>(shifted) - integer_at_end);
  const LaneBits ones = {-1, -1, -1, -1};
  Lanes kept = reinterpret_cast<Lanes>(reinterpret_cast<LaneBits>(value) & (ones << dropped));
  kept = kept < 0.0 ? zero : kept;
  *reinterpret_cast<LooseLanes*>(values) = value <= infinite ? kept : value;
}

template <BitRule rule>
FANFOLD_INLINE void reduce(double* values, const double* floors, std::size_t n) {
  std::size_t i = 0;
  for (; i + k_batch_lanes <= n; i += k_batch_lanes) reduce_lanes<rule>(values + i, floors + i);
  std::array<double, k_batch_lanes> last_values{};
  std::array<double, k_batch_lanes> last_floors{};
  std::copy(values + i, values + n, last_values.begin());
  std::copy(floors + i, floors + n, last_floors.begin());
  reduce_lanes<rule>(last_values.data(), last_floors.data());
  std::copy_n(last_values.begin(), n - i, values + i);
}

FANFOLD_SIMD void reduce_as_on_x86(double* values, const double* floors, std::size_t n) {
  reduce<BitRule::x86>(values, floors, n);
}

FANFOLD_SIMD void reduce_fixed(double* values, const double* floors, std::size_t n) {
  reduce<BitRule::fixed>(values, floors, n);
}

}  // namespace

void reduce_bit_depth(std::span<double> values, std::span<const double> noise_floor, BitRule rule) {
  if (rule == BitRule::x86) {
    reduce_as_on_x86(values.data(), noise_floor.data(), values.size());
  } else {
    reduce_fixed(values.data(), noise_floor.data(), values.size());
  }
}

}  // namespace fanfold::kernels
