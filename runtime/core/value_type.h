// The numeric types that spectra are stored in, and the conversions to and from double.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/core/bytes.h"

namespace fanfold {

enum class ValueType : std::uint8_t { float32, float64, int8, int16, int32, int64 };

std::size_t size_of(ValueType type);
std::string_view to_string(ValueType type);  // "float32"

// What becomes of a value that an integer type cannot hold (NaN, out of range).
enum class IntegerRule : std::uint8_t {
  saturate,  // the nearest value the type holds; NaN becomes 0. The same on every machine.
  x86        // what an x86-64 conversion instruction yields: the most negative number
};

// Widens stored little-endian values, at any alignment. REQUIRES: from.size() == to.size() * size_of(type).
void widen(Bytes from, ValueType type, std::span<double> to);

// Double to float rounds to nearest; double to integer truncates toward zero.
// REQUIRES: to.size() == from.size() * size_of(type).
void narrow(std::span<const double> from, ValueType type, IntegerRule rule, MutableBytes to);

}  // namespace fanfold
