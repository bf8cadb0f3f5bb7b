// Ion images as a TIFF file of 32-bit floats: one page per m/z, described as OME-XML, with the size of a
// pixel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/ion_image/ion_values.h"
#include "runtime/core/result.h"

namespace fanfold::ion_image {

struct TiffImage {
  std::string name;
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  std::optional<PixelSize> pixel_size;
  std::vector<std::string> labels;  // one per page: names of the pages and of OME's channels
};

// Cells of a page, row by row; NaN where there is no pixel.
using TiffPage = std::function<std::vector<double>(std::size_t page)>;

// Uncompressed strips, little-endian. Resolution in pixels per centimetre where the size of a pixel is known.
// invalid_argument where the pages have more than 2^28 cells together.
Result<std::vector<std::byte>> encode_tiff(const TiffImage& image, const TiffPage& page);

}  // namespace fanfold::ion_image
