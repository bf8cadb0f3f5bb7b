// Intensities of some masses at the pixels of one image, as they were picked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/imzml/pixel_size.h"

namespace fanfold::ion_image {

using imzml::PixelSize;

struct IonImage {
  std::string name;
  std::vector<std::int32_t> x, y;  // per pixel, as in the file
  std::optional<PixelSize> pixel_size;
  std::vector<std::vector<double>> values;  // per mass, then per pixel
};

// The images of one input that belong together: the same masses, one intensity scale.
struct IonImages {
  std::vector<std::string> labels;  // per mass: "m/z 760.5801"
  std::vector<IonImage> images;
};

}  // namespace fanfold::ion_image
