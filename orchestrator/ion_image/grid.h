// The rectangle that the pixels of an image lie in: x to the right, y down, from the smallest to the largest
// position.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "orchestrator/ion_image/ion_values.h"
#include "runtime/core/result.h"

namespace fanfold::ion_image {

// Cells of a grid that memory is taken for.
inline constexpr std::uint64_t k_max_cells = std::uint64_t{1} << 28;
// In a cell without a pixel.
inline constexpr double k_no_pixel = std::numeric_limits<double>::quiet_NaN();

class Grid {
 public:
  // invalid_argument where the image has no pixel, or lies so scattered (stage coordinates, say) that the
  // rectangle has more than k_max_cells.
  static Result<Grid> around(const IonImage& image);

  std::uint32_t columns() const { return m_columns; }
  std::uint32_t rows() const { return m_rows; }
  std::size_t cells() const { return std::size_t{m_columns} * m_rows; }

  // Row by row. Where several pixels have one position, the largest value. REQUIRES: the image the grid was
  // made for.
  std::vector<double> raster(const IonImage& image, std::size_t mass) const;

 private:
  std::int32_t m_left = 0;
  std::int32_t m_top = 0;
  std::uint32_t m_columns = 0;
  std::uint32_t m_rows = 0;
};

}  // namespace fanfold::ion_image
