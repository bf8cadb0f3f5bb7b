#include "orchestrator/quality_report/pixel_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "orchestrator/quality_report/distribution.h"

namespace fanfold::quality {
namespace {

constexpr double k_drawn_share = 0.995;

std::uint64_t blocks(std::uint64_t pixels, std::uint64_t block) {
  return (pixels + block - 1) / block;
}

double highest_level(Bits bits) {
  return bits == Bits::eight ? 254.0 : 65534.0;  // above level 1
}

std::vector<double> finite_cells(std::span<const float> values) {
  std::vector<double> finite;
  for (const float value : values) {
    if (std::isfinite(value)) finite.push_back(static_cast<double>(value));
  }
  return finite;
}

}  // namespace

Grid make_grid(std::span<const Position> positions, std::size_t max_cells) {
  Position least = positions.front();
  Position most = least;
  for (const Position& position : positions) {
    least = {std::min(least.x, position.x), std::min(least.y, position.y)};
    most = {std::max(most.x, position.x), std::max(most.y, position.y)};
  }
  const auto extent = [](std::int32_t from, std::int32_t to) {
    return static_cast<std::uint64_t>(std::int64_t{to} - from) + 1;
  };
  const std::uint64_t width = extent(least.x, most.x);
  const std::uint64_t height = extent(least.y, most.y);
  const auto fits = [&](std::uint64_t block) {
    return blocks(width, block) <= max_cells / blocks(height, block);
  };
  // Images so scattered that blocks are large need not have the smallest that fit.
  std::uint64_t block = 1;
  while (!fits(block)) block = block < 64 ? block + 1 : block + block / 8;
  const auto side = [](std::uint64_t value) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
  };
  Grid grid;
  grid.min_x = least.x;
  grid.min_y = least.y;
  grid.width_pixels = side(width);
  grid.height_pixels = side(height);
  grid.block = side(block);
  grid.columns = side(blocks(width, block));
  grid.rows = side(blocks(height, block));
  return grid;
}

std::uint32_t cell_of(const Grid& grid, Position position) {
  const auto column = static_cast<std::uint32_t>((std::int64_t{position.x} - grid.min_x) / grid.block);
  const auto row = static_cast<std::uint32_t>((std::int64_t{position.y} - grid.min_y) / grid.block);
  return row * grid.columns + column;
}

MapBuilder::MapBuilder(std::size_t cells, Reduce reduce)
    : m_reduce(reduce), m_values(cells, std::numeric_limits<float>::quiet_NaN()) {
  if (reduce == Reduce::mean) m_counts.resize(cells);
}

void MapBuilder::add(std::uint32_t cell, double value) {
  const auto narrow = static_cast<float>(value);
  if (!std::isfinite(narrow)) return;
  float& kept = m_values[cell];
  if (m_reduce == Reduce::maximum) {
    kept = std::isnan(kept) ? narrow : std::max(kept, narrow);
    return;
  }
  const auto count = static_cast<float>(++m_counts[cell]);
  kept = std::isnan(kept) ? narrow : kept + (narrow - kept) / count;
}

std::vector<float> MapBuilder::finish() {
  return std::move(m_values);
}

PixelMap quantize(std::span<const float> values, double low, double high, Bits bits) {
  PixelMap map{low, high, bits, std::vector<std::uint16_t>(values.size())};
  const double top = highest_level(bits);
  const double scale = high > low ? top / (high - low) : 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const double level = std::clamp((static_cast<double>(values[i]) - low) * scale, 0.0, top);
    map.levels[i] = static_cast<std::uint16_t>(1 + std::lround(level));
  }
  return map;
}

PixelMap quantize_intensities(std::span<const float> values, Bits bits) {
  const std::vector<double> finite = finite_cells(values);
  if (finite.empty()) return quantize(values, 0, 0, bits);
  const auto [least, most] = std::ranges::minmax_element(finite);
  double high = quantile(finite, k_drawn_share);
  if (!(high > 0)) high = *most;
  return quantize(values, std::min(*least, 0.0), high, bits);
}

PixelMap quantize_centered(std::span<const float> values, double extent) {
  if (!(extent > 0)) extent = 1;
  return quantize(values, -extent, extent, Bits::eight);
}

}  // namespace fanfold::quality
