// Makes a synthetic tissue image of any size: an imzML/ibd pair for trials, tests and benchmarks. Equal
// options make equal bytes on every machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "runtime/core/result.h"
#include "runtime/imzml/description.h"

namespace fanfold::sample {

struct SampleOptions {
  std::uint64_t pixels = 10000;   // on a grid about square, row by row
  std::uint32_t channels = 5000;  // values per spectrum (processed mode: about)
  std::uint32_t peaks = 200;      // different peaks in the whole image
  std::uint32_t regions = 4;      // kinds of tissue, each with intensities of its own
  double shift_ppm = 50;          // largest mass shift, smooth over the image
  double noise = 0.02;            // mean of the noise, relative to a medium peak
  double min_mz = 100;
  double max_mz = 1000;
  double pixel_size_um = 50;
  std::uint64_t seed = 1;
  imzml::Mode mode = imzml::Mode::continuous;
};

// Pixels written so far.
using Progress = std::function<void(std::uint64_t)>;

// Writes `imzml_path` and the .ibd beside it, float64 m/z and float32 intensities, with constant memory. Both
// appear whole or not at all, the imzML last; existing files of these names are replaced. `progress` may be
// empty; it is called about once per MiB. Errors: invalid_argument for options out of range, those of the
// file system.
Status write_sample(const std::filesystem::path& imzml_path, const SampleOptions& options,
                    const Progress& progress);

}  // namespace fanfold::sample
