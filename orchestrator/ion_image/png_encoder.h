// A canvas as a PNG file: 8 bits each of red, green, blue and alpha.
#pragma once

#include <cstddef>
#include <vector>

#include "orchestrator/ion_image/canvas.h"
#include "runtime/core/result.h"

namespace fanfold::ion_image {

Result<std::vector<std::byte>> encode_png(const Canvas& canvas);

}  // namespace fanfold::ion_image
