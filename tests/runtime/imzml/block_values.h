// The values of one pixel of a block, as the tests compare them.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/imzml/spectrum_reader.h"

namespace fanfold::imzml::testing {

inline std::vector<double> mz_of(const SpectrumBlock& block, std::size_t pixel) {
  std::vector<double> values;
  block.mz(pixel, values);
  return values;
}
inline std::vector<double> intensity_of(const SpectrumBlock& block, std::size_t pixel) {
  std::vector<double> values;
  block.intensity(pixel, values);
  return values;
}

}  // namespace fanfold::imzml::testing
