// How the values of an array are compressed where they lie.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fanfold {

enum class Compression : std::uint8_t { none, zlib };

constexpr std::string_view to_string(Compression compression) {
  return compression == Compression::none ? "none" : "zlib";
}

constexpr std::optional<Compression> compression_from_string(std::string_view text) {
  for (const Compression compression : {Compression::none, Compression::zlib}) {
    if (to_string(compression) == text) return compression;
  }
  return std::nullopt;
}

}  // namespace fanfold
