// Small stores and imzML files with known values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/ion_image/ion_values.h"
#include "runtime/core/value_type.h"
#include "runtime/storage/store.h"

namespace fanfold::ion_image {

struct TestMatrix {
  std::vector<std::string> images;
  std::vector<std::int32_t> image_of_row;
  std::vector<std::int64_t> x, y;
  std::vector<double> tic;
  std::vector<double> mz;
  std::vector<double> cells;  // row by row; layers/snr holds 10 times, layers/area 100 times as much
  std::optional<PixelSize> pixel_size;
};

// Two images: 'left' has 3 pixels in a row and one below the first, 'right' has 2. Bins at m/z 100, 200, 300;
// the value of bin b in row r is 10 * r + b.
TestMatrix small_matrix();

// Writes a finished store.
void write_matrix(Store& store, const Uri& root, const TestMatrix& matrix);

struct TestPixel {
  std::int32_t x = 1, y = 1;
  std::vector<double> mz;  // empty in all but the first: they share that of the first
  std::vector<double> intensity;
};

// Writes `path`, an imzML file, and the .ibd beside it. `pixel_size_um` 0: not said.
void write_spectra(const std::string& path, const std::vector<TestPixel>& pixels, bool continuous,
                   ValueType intensity_type = ValueType::float32, double pixel_size_um = 0);

}  // namespace fanfold::ion_image
