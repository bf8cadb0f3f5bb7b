// The header of a NumPy array file (.npy, format 1.0). What follows it are the values as they lie in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace fanfold::ion_image {

// For float64, little-endian, C order. A multiple of 64 bytes long.
std::string npy_header(std::span<const std::uint64_t> shape);

}  // namespace fanfold::ion_image
