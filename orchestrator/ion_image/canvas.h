// Pixels to draw on, transparent at first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "orchestrator/ion_image/color_map.h"

namespace fanfold::ion_image {

class Canvas {
 public:
  Canvas(std::uint32_t width, std::uint32_t height)
      : m_width(width), m_height(height), m_pixels(std::size_t{width} * height, k_transparent) {}

  std::uint32_t width() const { return m_width; }
  std::uint32_t height() const { return m_height; }
  // Row by row, four bytes each: red, green, blue, alpha.
  const std::vector<Color>& pixels() const { return m_pixels; }
  Color at(std::uint32_t x, std::uint32_t y) const { return m_pixels[std::size_t{y} * m_width + x]; }

  // What lies outside is cut off.
  void fill(std::uint32_t left, std::uint32_t top, std::uint32_t width, std::uint32_t height, Color color) {
    const auto right =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{left} + width, m_width));
    const auto bottom =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{top} + height, m_height));
    for (std::uint32_t y = top; y < bottom; ++y) {
      for (std::uint32_t x = left; x < right; ++x) m_pixels[std::size_t{y} * m_width + x] = color;
    }
  }

 private:
  std::uint32_t m_width;
  std::uint32_t m_height;
  std::vector<Color> m_pixels;
};

static_assert(sizeof(Color) == 4, "a canvas is handed to encoders as it lies in memory");

}  // namespace fanfold::ion_image
