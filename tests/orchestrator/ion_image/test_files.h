// Reads back what was written, with other code than that which wrote it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/ion_image/color_map.h"
#include "runtime/core/bytes.h"

namespace fanfold::ion_image {

struct DecodedPng {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<Color> pixels;
  Color at(std::uint32_t x, std::uint32_t y) const { return pixels[std::size_t{y} * width + x]; }
};
// Fails the test where the bytes are no PNG.
DecodedPng decode_png(Bytes bytes);

struct DecodedPage {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::string name;
  std::string description;
  std::uint16_t resolution_unit = 0;  // 0: not said
  float x_resolution = 0;
  float y_resolution = 0;
  std::vector<float> cells;
};
std::vector<DecodedPage> decode_tiff(const std::string& path);

struct DecodedNpy {
  std::vector<std::uint64_t> shape;
  std::vector<double> values;
};
DecodedNpy decode_npy(const std::string& bytes);

}  // namespace fanfold::ion_image
