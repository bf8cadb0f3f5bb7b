// One row of the peak matrix: a pixel's peaks put into the columns of the mass bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "handlers/kernels/peak_binning.h"
#include "handlers/kernels/peak_picking.h"

namespace fanfold::kernels {

// The channel nearest to each bin: a scan upward from the previous bin's channel that stops where the
// distance first grows (the higher channel on a tie), at the latest at the last channel. REQUIRES: axis not
// empty unless bins is.
std::vector<std::size_t> column_channels(std::span<const double> axis, std::span<const Bin> bins);

// A row of each matrix, a cell per bin. snr and area may be empty: they are then not filled.
struct MatrixCells {
  std::span<double> intensity;
  std::span<double> snr;
  std::span<double> area;
};

// Fills the row from the pixel's peaks: each bin takes its nearest peak (the lighter one on a tie) if that
// lies within value * bin_size, or value ppm of the bin's mass, bounds included. A peak may serve several
// bins. Negative values become 0. Cells without a peak become 0, and their columns are listed, ascending, in
// `gaps`, whose former content is dropped; where spectra are at hand the caller fills intensity and area
// there from the bin's channel. REQUIRES: cells as long as bins (or empty, see above).
void fill_row(std::span<const Peak> peaks, std::span<const Bin> bins, BinTolerance tolerance,
              MatrixCells cells, std::vector<std::uint32_t>& gaps);

}  // namespace fanfold::kernels
