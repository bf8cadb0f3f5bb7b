#include "runtime/core/value_type.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "runtime/core/result.h"

namespace fanfold {

std::size_t size_of(ValueType type) {
  switch (type) {
    case ValueType::int8:
      return 1;
    case ValueType::int16:
      return 2;
    case ValueType::float32:
    case ValueType::int32:
      return 4;
    case ValueType::float64:
    case ValueType::int64:
      return 8;
  }
  return 0;
}

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::float32:
      return "float32";
    case ValueType::float64:
      return "float64";
    case ValueType::int8:
      return "int8";
    case ValueType::int16:
      return "int16";
    case ValueType::int32:
      return "int32";
    case ValueType::int64:
      return "int64";
  }
  return "unknown";
}

namespace {

// Calls f with a value of the C++ type that `type` names.
template <typename F>
void with_type(ValueType type, F f) {
  switch (type) {
    case ValueType::float32:
      return f(float{});
    case ValueType::float64:
      return f(double{});
    case ValueType::int8:
      return f(std::int8_t{});
    case ValueType::int16:
      return f(std::int16_t{});
    case ValueType::int32:
      return f(std::int32_t{});
    case ValueType::int64:
      return f(std::int64_t{});
  }
}

template <typename T>
T to_integer(double value, IntegerRule rule) {
  using Limits = std::numeric_limits<T>;
  // 2^(bits-1) is exact in double, the largest value of a 64-bit integer is not.
  const double bound = std::ldexp(1.0, Limits::digits);
  if (value > -bound - 1.0 && value < bound) return static_cast<T>(value);
  if (std::isnan(value)) return rule == IntegerRule::x86 ? Limits::min() : T{0};
  if (rule == IntegerRule::x86) return Limits::min();
  return value < 0 ? Limits::min() : Limits::max();
}

}  // namespace

void widen(Bytes from, ValueType type, std::span<double> to) {
  FANFOLD_ASSERT(from.size() == to.size() * size_of(type));
  with_type(type, [&]<typename T>(T) {
    const std::byte* source = from.data();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<double>(load<T>(source + i * sizeof(T)));
  });
}

void narrow(std::span<const double> from, ValueType type, IntegerRule rule, MutableBytes to) {
  FANFOLD_ASSERT(to.size() == from.size() * size_of(type));
  with_type(type, [&]<typename T>(T) {
    std::byte* target = to.data();
    for (std::size_t i = 0; i < from.size(); ++i) {
      T value;
      if constexpr (std::is_floating_point_v<T>) {
        value = static_cast<T>(from[i]);
      } else {
        value = to_integer<T>(from[i], rule);
      }
      store(target + i * sizeof(T), value);
    }
  });
}

}  // namespace fanfold
