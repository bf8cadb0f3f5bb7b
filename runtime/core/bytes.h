// Unaligned little-endian access and checked arithmetic for bytes that came from outside. The hosts we build
// for are little-endian; the static_assert says so once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace fanfold {

static_assert(std::endian::native == std::endian::little, "file formats are copied as they lie in memory");

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline Bytes as_byte_span(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// REQUIRES: sizeof(T) readable bytes at `from`; any alignment.
template <typename T>
requires std::is_trivially_copyable_v<T> T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// REQUIRES: sizeof(T) writable bytes at `to`; any alignment.
template <typename T>
requires std::is_trivially_copyable_v<T>
void store(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

// a * b and a + b, or nothing where 64 bits do not hold the result.
inline std::optional<std::uint64_t> checked_mul(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}
inline std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

// Whether [offset, offset + length) lies within [0, size).
inline bool range_within(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  return offset <= size && length <= size - offset;
}

}  // namespace fanfold
