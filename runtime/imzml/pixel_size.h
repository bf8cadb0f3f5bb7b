// How large a pixel is where a file may say one side alone.
#pragma once

#include <optional>

#include "runtime/imzml/description.h"

namespace fanfold::imzml {

struct PixelSize {
  double x_um = 0;
  double y_um = 0;
};

// A side that is not said is as long as the other. Nothing where the file says neither.
inline std::optional<PixelSize> pixel_size_of(const ImageDescription& description) {
  const auto& x = description.pixel_size_x_um;
  const auto& y = description.pixel_size_y_um;
  if (!x && !y) return std::nullopt;
  return PixelSize{x ? *x : *y, y ? *y : *x};
}

}  // namespace fanfold::imzml
