// Small images that a test makes value by value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/core/value_type.h"
#include "runtime/imzml/description.h"
#include "tests/e2e/golden_case.h"

namespace fanfold::e2e {

using Spectrum = std::vector<double>;

struct TestImage {
  imzml::Mode mode = imzml::Mode::continuous;
  std::vector<Spectrum> masses;       // continuous: the one axis; processed: per pixel
  std::vector<Spectrum> intensities;  // per pixel
  ValueType mz_type = ValueType::float64;
  ValueType intensity_type = ValueType::float64;
  std::uint32_t columns = 8;  // pixels lie row by row, from (1, 1)
  imzml::Representation representation = imzml::Representation::profile;
};

// Writes `path` (.imzML) and the .ibd beside it.
void write_image(const std::string& path, const TestImage& image);

// An axis of equal steps, exact in binary where both numbers are.
Spectrum even_axis(std::size_t channels, double first, double step);
// `pixels` spectra of some peaks on a floor of noise, each displaced as a whole by up to three channels. Made
// of additions and multiplications alone.
std::vector<Spectrum> peaky_spectra(std::size_t pixels, std::size_t channels, std::uint32_t seed);
std::vector<Spectrum> slice(const std::vector<Spectrum>& spectra, std::size_t first, std::size_t count);

// The m/z or intensity array of a pixel as an .ibd holds it.
Spectrum stored_values(const std::string& ibd, std::uint64_t offset, std::uint64_t length, ValueType type);

}  // namespace fanfold::e2e
