#include "runtime/core/value_type.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace fanfold {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

std::vector<double> through(ValueType type, IntegerRule rule, const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * size_of(type));
  narrow(values, type, rule, bytes);
  std::vector<double> back(values.size());
  widen(bytes, type, back);
  return back;
}

TEST(ValueType, KeepsWhatItCanHold) {
  for (const ValueType type : {ValueType::float32, ValueType::float64, ValueType::int8, ValueType::int16,
                               ValueType::int32, ValueType::int64}) {
    const std::vector<double> values{0, 1, -1, 100, -128, 127};
    EXPECT_EQ(through(type, IntegerRule::saturate, values), values) << to_string(type);
  }
}

TEST(ValueType, RoundsToTheNearestFloat) {
  EXPECT_EQ(through(ValueType::float32, IntegerRule::saturate, {0.1})[0], static_cast<double>(0.1f));
}

TEST(ValueType, TruncatesTowardZero) {
  EXPECT_EQ(through(ValueType::int16, IntegerRule::saturate, {1.9, -1.9, 0.5}),
            (std::vector<double>{1, -1, 0}));
}

TEST(ValueType, SaturatesTheSameOnEveryMachine) {
  EXPECT_EQ(through(ValueType::int32, IntegerRule::saturate, {k_nan, k_infinity, -k_infinity, 3e9, -3e9}),
            (std::vector<double>{0, 2147483647, -2147483648.0, 2147483647, -2147483648.0}));
  EXPECT_EQ(through(ValueType::int8, IntegerRule::saturate, {127.9, 128, -128.9, -129}),
            (std::vector<double>{127, 127, -128, -128}));
  const auto wide = through(ValueType::int64, IntegerRule::saturate, {9.3e18, -9.3e18});
  EXPECT_EQ(wide[0], 9223372036854775807.0);
  EXPECT_EQ(wide[1], -9223372036854775808.0);
}

TEST(ValueType, GivesTheMostNegativeNumberAsAnX86Does) {
  EXPECT_EQ(through(ValueType::int32, IntegerRule::x86, {k_nan, k_infinity, 3e9}),
            (std::vector<double>(3, -2147483648.0)));
}

TEST(ValueType, IsReadAtAnyAlignment) {
  std::vector<std::byte> bytes(9);
  store(bytes.data() + 1, 2.5);
  double value = 0;
  widen(Bytes(bytes).subspan(1), ValueType::float64, std::span(&value, 1));
  EXPECT_EQ(value, 2.5);
}

}  // namespace
}  // namespace fanfold
