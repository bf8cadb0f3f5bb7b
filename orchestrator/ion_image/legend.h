// What stands below a picture: the m/z, a bar of the colours with the intensities at its ends, and, where the
// size of a pixel is known, a length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "orchestrator/ion_image/canvas.h"
#include "orchestrator/ion_image/color_map.h"
#include "orchestrator/ion_image/intensity_range.h"

namespace fanfold::ion_image {

struct LengthBar {
  std::uint32_t pixels = 0;  // of the screen
  std::string text;          // "500 µm", "2 mm"
};

// The longest of 1, 2, 5, 10, ... micrometres that takes at most a third of `width` screen pixels, each
// `um_per_pixel` wide; nothing where even that is shorter than a few pixels.
std::optional<LengthBar> length_bar(double um_per_pixel, std::uint32_t width);

class Legend {
 public:
  Legend(std::string label, const IntensityRange& range, Scale scale, std::optional<LengthBar> length);

  std::uint32_t width() const;  // at least
  std::uint32_t height() const;
  // Fills the canvas from row `top` on, over its whole width.
  void draw(Canvas& canvas, std::uint32_t top, const Palette& palette) const;

 private:
  std::string m_label;
  std::string m_low;
  std::string m_high;
  IntensityRange m_range;
  Scale m_scale;
  std::optional<LengthBar> m_length;
};

}  // namespace fanfold::ion_image
