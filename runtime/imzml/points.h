// How many values of a spectrum count where its two arrays have different lengths.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "runtime/imzml/pixel_record.h"

namespace fanfold::imzml {

// Processed: the shorter array counts. Continuous: the axis is the image's, so that missing intensities are 0
// and surplus ones are left out; a spectrum without intensities is one of zeros.
inline std::uint32_t points_of(const PixelRecord& pixel, bool continuous) {
  return continuous ? pixel.mz_length : std::min(pixel.mz_length, pixel.intensity_length);
}

// Brings both arrays of a decoded spectrum to that length. No work where they have it.
inline void fit_to_points(std::uint32_t points, std::vector<double>& mz, std::vector<double>& intensity) {
  mz.resize(points);
  intensity.resize(points);
}

}  // namespace fanfold::imzml
