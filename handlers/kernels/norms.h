// Normalisations of a spectrum and sums over spectra. Sums run from left to right over one spectrum, so that
// their last bit is defined. All functions are pure and thread-safe. NaN poisons sums and is passed over by
// maxima.
#pragma once

#include <span>

namespace fanfold::kernels {

struct Norms {
  double tic;  // sum
  double rms;  // root of the sum of squares (not of the mean)
  double max;  // never below 0
};

// Zeros for an empty row.
Norms norms(std::span<const double> row);

// REQUIRES for all: equal sizes, no overlap.
void accumulate(std::span<double> sum, std::span<const double> row);  // sum += row
void accumulate_scaled_by(std::span<double> sum, std::span<const double> row,
                          double divisor);                         // sum += row / divisor
void maximum(std::span<double> max, std::span<const double> row);  // where row > max

}  // namespace fanfold::kernels
