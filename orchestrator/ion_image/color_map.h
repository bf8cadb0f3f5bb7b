// Colours for fractions.
#pragma once

#include <array>
#include <cstdint>

#include "orchestrator/ion_image/options.h"

namespace fanfold::ion_image {

struct Color {
  std::uint8_t red = 0, green = 0, blue = 0, alpha = 255;
  bool operator==(const Color&) const = default;
};

inline constexpr Color k_transparent{0, 0, 0, 0};
inline constexpr Color k_white{255, 255, 255, 255};
inline constexpr Color k_black{0, 0, 0, 255};

// 256 colours from low to high. viridis and magma are those of Stéfan van der Walt, Nathaniel Smith and Eric
// Firing (CC0), interpolated between every 16th of their colours: no channel is farther than 7 from theirs.
class Palette {
 public:
  explicit Palette(ColorMap map);
  // `fraction` from 0 to 1.
  Color at(double fraction) const;

 private:
  std::array<Color, 256> m_colors;
};

}  // namespace fanfold::ion_image
