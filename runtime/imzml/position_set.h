// Counts positions that occur more than once, in bounded memory: a bit per pixel in tiles of 64 x 64.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

namespace fanfold::imzml {

class PositionSet {
 public:
  // True where the position was there before. Once more than 32,768 tiles (16 MiB, 134 million pixels side by
  // side) are touched, counting ends and the answer is false.
  bool insert(std::int32_t x, std::int32_t y) {
    if (m_overflowed) return false;
    const std::uint64_t key = tile_of(x) << 32 | tile_of(y);
    if (key != m_last_key || m_last == nullptr) {
      if (m_tiles.size() == k_max_tiles && !m_tiles.contains(key)) {
        m_overflowed = true;
        m_tiles.clear();
        return false;
      }
      auto& tile = m_tiles[key];
      if (!tile) tile = std::make_unique<Tile>();
      m_last = tile.get();
      m_last_key = key;
    }
    std::uint64_t& row = (*m_last)[static_cast<std::uint32_t>(y) & 63U];
    const std::uint64_t mask = std::uint64_t{1} << (static_cast<std::uint32_t>(x) & 63U);
    if ((row & mask) != 0) {
      ++m_duplicates;
      return true;
    }
    row |= mask;
    return false;
  }

  std::optional<std::uint64_t> duplicates() const {
    return m_overflowed ? std::nullopt : std::optional(m_duplicates);
  }

 private:
  static constexpr std::size_t k_max_tiles = 32768;
  using Tile = std::array<std::uint64_t, 64>;
  static std::uint64_t tile_of(std::int32_t coordinate) {
    return static_cast<std::uint32_t>(coordinate) >> 6;
  }

  std::unordered_map<std::uint64_t, std::unique_ptr<Tile>> m_tiles;
  Tile* m_last = nullptr;
  std::uint64_t m_last_key = 0;
  std::uint64_t m_duplicates = 0;
  bool m_overflowed = false;
};

}  // namespace fanfold::imzml
