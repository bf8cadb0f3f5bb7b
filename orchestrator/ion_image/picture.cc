#include "orchestrator/ion_image/picture.h"

#include <algorithm>
#include <cmath>

#include "orchestrator/ion_image/legend.h"

namespace fanfold::ion_image {
namespace {

// 256 MiB of colours.
constexpr std::uint64_t k_max_canvas = std::uint64_t{1} << 26;
constexpr std::uint32_t k_usual_side = 500;
constexpr std::uint32_t k_most_zoom = 16;

void draw_cells(Canvas& canvas, const PictureInput& input, std::uint32_t left, std::uint32_t zoom,
                Scale scale, const Palette& palette) {
  for (std::uint32_t row = 0; row < input.grid.rows(); ++row) {
    for (std::uint32_t column = 0; column < input.grid.columns(); ++column) {
      const double value = input.cells[std::size_t{row} * input.grid.columns() + column];
      if (std::isnan(value)) continue;
      canvas.fill(left + column * zoom, row * zoom, zoom, zoom,
                  palette.at(input.range.fraction(value, scale)));
    }
  }
}

}  // namespace

std::uint32_t zoom_of(const Grid& grid, const PictureStyle& style) {
  if (style.zoom) return *style.zoom;
  if (style.plain) return 1;
  return std::clamp<std::uint32_t>(k_usual_side / std::max(grid.columns(), grid.rows()), 1, k_most_zoom);
}

Result<Canvas> draw_picture(const PictureInput& input, const PictureStyle& style) {
  const std::uint32_t zoom = zoom_of(input.grid, style);
  const std::uint64_t width = std::uint64_t{input.grid.columns()} * zoom;
  const std::uint64_t height = std::uint64_t{input.grid.rows()} * zoom;
  std::optional<Legend> legend;
  std::uint64_t whole_width = width;
  std::uint64_t whole_height = height;
  if (!style.plain && width <= k_max_canvas) {
    const std::optional<LengthBar> length =
        input.pixel_size ? length_bar(input.pixel_size->x_um / zoom, static_cast<std::uint32_t>(width))
                         : std::nullopt;
    legend.emplace(input.label, input.range, style.scale, length);
    whole_width = std::max<std::uint64_t>(width, legend->width());
    whole_height = height + legend->height();
  }
  if (whole_width > k_max_canvas || whole_height > k_max_canvas ||
      whole_width * whole_height > k_max_canvas) {
    return make_error(
        ErrorKind::invalid_argument,
        "a picture of {} x {} points is too large; choose a smaller --zoom, or write .tiff or .npy",
        whole_width, whole_height);
  }
  Canvas canvas(static_cast<std::uint32_t>(whole_width), static_cast<std::uint32_t>(whole_height));
  const Palette palette(style.colors);
  const auto left = static_cast<std::uint32_t>((whole_width - width) / 2);
  draw_cells(canvas, input, left, zoom, style.scale, palette);
  if (legend) legend->draw(canvas, static_cast<std::uint32_t>(height), palette);
  return canvas;
}

}  // namespace fanfold::ion_image
