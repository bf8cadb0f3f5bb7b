// Pictures of an image for the page: values of its pixels on a grid of at most so many cells, in levels of 8
// or 16 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fanfold::quality {

// Where an image's pixels lie in a picture. A cell is a block of `block` x `block` positions.
struct Grid {
  std::int32_t min_x = 0, min_y = 0;                  // as in the file
  std::uint32_t width_pixels = 0, height_pixels = 0;  // of the rectangle around all pixels
  std::uint32_t block = 1;
  std::uint32_t columns = 0, rows = 0;  // cells

  std::size_t cells() const { return std::size_t{columns} * rows; }
};

struct Position {
  std::int32_t x = 0;
  std::int32_t y = 0;
};

// The finest grid of at most `max_cells` cells, but never finer than the pixels (nor the very finest where a
// cell is 64 pixels wide or more). REQUIRES: positions not empty, max_cells > 0.
Grid make_grid(std::span<const Position> positions, std::size_t max_cells);
// Cell of a position; row by row.
std::uint32_t cell_of(const Grid& grid, Position position);

enum class Reduce { mean, maximum };

// Gathers the pixels' values into cells. What is not finite is left out.
class MapBuilder {
 public:
  MapBuilder(std::size_t cells, Reduce reduce);
  void add(std::uint32_t cell, double value);
  // Per cell; NaN where no pixel fell.
  std::vector<float> finish();

 private:
  Reduce m_reduce;
  std::vector<float> m_values;
  std::vector<std::uint32_t> m_counts;  // mean only
};

enum class Bits : std::uint8_t { eight = 8, sixteen = 16 };

// Level 0: no value. Level q >= 1: low + (high - low) * (q - 1) / (2^bits - 2). Values beyond the range are
// at its ends.
struct PixelMap {
  double low = 0;
  double high = 0;
  Bits bits = Bits::eight;
  std::vector<std::uint16_t> levels;
};

PixelMap quantize(std::span<const float> values, double low, double high, Bits bits);
// From 0 (or the smallest value, where that is below) to the quantile of 99.5 %: the few highest cells do not
// darken all others.
PixelMap quantize_intensities(std::span<const float> values, Bits bits);
// From -extent to extent, 0 being a level of its own.
PixelMap quantize_centered(std::span<const float> values, double extent);

}  // namespace fanfold::quality
