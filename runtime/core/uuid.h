// Random bytes of the kernel and random (version 4) UUIDs. imzML stores a UUID as 16 bytes in the order of
// its hex digits (RFC 4122).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/bytes.h"

namespace fanfold {

void fill_random(MutableBytes into);
std::uint64_t random_u64();

struct Uuid {
  std::array<std::byte, 16> bytes{};

  static Uuid random_v4();
  // Accepts braces, hyphens anywhere and either case; exactly 32 hex digits.
  static std::optional<Uuid> parse(std::string_view text);
  std::string to_string() const;  // 8-4-4-4-12, lower case
  bool operator==(const Uuid&) const = default;
};

std::string to_hex(Bytes bytes);  // lower case

}  // namespace fanfold
