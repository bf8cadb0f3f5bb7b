// Short texts on a canvas: a font of 5 x 7 dots with the digits and the few letters that legends need.
#pragma once

#include <cstdint>
#include <string_view>

#include "orchestrator/ion_image/canvas.h"

namespace fanfold::ion_image {

inline constexpr std::uint32_t k_letter_height = 7;
// Between the left edges of two letters.
inline constexpr std::uint32_t k_letter_advance = 6;

// UTF-8. Letters that the font does not have are drawn as an empty box.
std::uint32_t text_width(std::string_view text, std::uint32_t dot);
// `dot`: side of a dot in pixels.
void draw_text(Canvas& canvas, std::uint32_t left, std::uint32_t top, std::string_view text,
               std::uint32_t dot, Color color);

}  // namespace fanfold::ion_image
