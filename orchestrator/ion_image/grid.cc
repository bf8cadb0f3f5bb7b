#include "orchestrator/ion_image/grid.h"

#include <algorithm>
#include <cmath>

namespace fanfold::ion_image {

Result<Grid> Grid::around(const IonImage& image) {
  if (image.x.empty())
    return make_error(ErrorKind::invalid_argument, "the image '{}' has no pixel", image.name);
  const auto [left, right] = std::ranges::minmax(image.x);
  const auto [top, bottom] = std::ranges::minmax(image.y);
  const auto columns = static_cast<std::uint64_t>(std::int64_t{right} - left + 1);
  const auto rows = static_cast<std::uint64_t>(std::int64_t{bottom} - top + 1);
  // Each is at most 2^32, so that only their product can be too large.
  if (columns > k_max_cells || rows > k_max_cells || columns * rows > k_max_cells) {
    return make_error(
        ErrorKind::invalid_argument,
        "the {} pixels of '{}' are scattered over {} x {} positions (x {}..{}, y {}..{}), more than "
        "an image can have; number the positions by pixel, not by micrometre",
        image.x.size(), image.name, columns, rows, left, right, top, bottom);
  }
  Grid grid;
  grid.m_left = left;
  grid.m_top = top;
  grid.m_columns = static_cast<std::uint32_t>(columns);
  grid.m_rows = static_cast<std::uint32_t>(rows);
  return grid;
}

std::vector<double> Grid::raster(const IonImage& image, std::size_t mass) const {
  std::vector<double> cells(this->cells(), k_no_pixel);
  const std::vector<double>& values = image.values[mass];
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto column = static_cast<std::size_t>(image.x[i] - m_left);
    const auto row = static_cast<std::size_t>(image.y[i] - m_top);
    double& cell = cells[row * m_columns + column];
    if (std::isnan(cell) || values[i] > cell) cell = values[i];
  }
  return cells;
}

}  // namespace fanfold::ion_image
