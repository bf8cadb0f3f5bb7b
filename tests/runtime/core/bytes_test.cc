#include "runtime/core/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "runtime/core/byte_source.h"
#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_most = std::numeric_limits<std::uint64_t>::max();

TEST(Bytes, AreReadAndWrittenAtAnyAlignment) {
  std::array<std::byte, 16> raw{};
  store(raw.data() + 3, 1.5);
  EXPECT_EQ(load<double>(raw.data() + 3), 1.5);
  store(raw.data() + 1, std::uint32_t{0x01020304});
  EXPECT_EQ(raw[1], std::byte{4});
}

TEST(CheckedArithmetic, HasNoResultWhereItOverflows) {
  EXPECT_EQ(checked_mul(3, 4), 12u);
  EXPECT_EQ(checked_add(k_most, 0), k_most);
  EXPECT_FALSE(checked_mul(k_most, 2));
  EXPECT_FALSE(checked_add(k_most, 1));
}

TEST(RangeWithin, DoesNotOverflow) {
  EXPECT_TRUE(range_within(0, 0, 0));
  EXPECT_TRUE(range_within(3, 4, 7));
  EXPECT_FALSE(range_within(3, 5, 7));
  EXPECT_FALSE(range_within(8, 0, 7));
  EXPECT_FALSE(range_within(1, k_most, 7));
  EXPECT_FALSE(range_within(k_most, k_most, 7));
}

TEST(Units, AreBinary) {
  EXPECT_EQ(1_KiB, 1024u);
  EXPECT_EQ(2_MiB, 2u << 20);
  EXPECT_EQ(1_GiB, 1u << 30);
}

TEST(MemoryByteSource, RefusesToReadBeyondItsEnd) {
  const MemoryByteSource source("memory", std::vector<std::byte>(10, std::byte{9}));
  std::array<std::byte, 4> into{};
  ASSERT_TRUE(source.read_at(6, into));
  EXPECT_EQ(into[3], std::byte{9});
  const auto beyond = source.read_at(7, into);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().kind(), ErrorKind::corrupt_data);
  EXPECT_TRUE(source.read_at(10, {}));
}

}  // namespace
}  // namespace fanfold
