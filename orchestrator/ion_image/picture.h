// An ion image in colours.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "orchestrator/ion_image/canvas.h"
#include "orchestrator/ion_image/grid.h"
#include "orchestrator/ion_image/intensity_range.h"
#include "orchestrator/ion_image/options.h"

namespace fanfold::ion_image {

struct PictureInput {
  const Grid& grid;
  std::span<const double> cells;  // of the grid; NaN where there is no pixel: drawn transparent
  IntensityRange range;
  std::string label;
  std::optional<PixelSize> pixel_size;
};

// Screen pixels per pixel where the user left it open: 1 for a plain picture, else as many as bring the
// longer side to about 500, at most 16.
std::uint32_t zoom_of(const Grid& grid, const PictureStyle& style);

// invalid_argument where the picture would be too large for memory.
Result<Canvas> draw_picture(const PictureInput& input, const PictureStyle& style);

}  // namespace fanfold::ion_image
