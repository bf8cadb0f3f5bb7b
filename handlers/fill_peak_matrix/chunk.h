// The pieces a peak matrix is computed and stored in. Rows are the pixels of all images of the group, one
// image after the other; columns are the bins. A chunk is whole rows of one layer.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "runtime/protocol/arguments.h"

namespace fanfold::handlers::peak_matrix {

// Rows of a chunk, from the size of the matrix alone, so that the bytes do not depend on who computed them:
// about 1 MiB per layer, and no more than 1024 rows, so that what a call holds does not grow with the image.
inline std::uint64_t rows_per_chunk(std::uint64_t rows, std::uint64_t bins) {
  constexpr std::uint64_t k_cells = 128 * 1024;
  constexpr std::uint64_t k_most_rows = 1024;
  const std::uint64_t by_size = std::max<std::uint64_t>(k_cells / std::max<std::uint64_t>(bins, 1), 1);
  return std::min({by_size, k_most_rows, std::max<std::uint64_t>(rows, 1)});
}

// Layers in the order of a row's cells, by their place in the store.
inline constexpr std::array<const char*, 3> k_layers{"X", "layers/snr", "layers/area"};

// How many of them lists like these fill: the intensities alone unless every list has ratios and areas too.
std::size_t layers_of(std::span<const protocol::ImageInput> peak_lists);

// Object of a chunk: STORE/LAYER/CHUNK.0. The last chunk is padded with zeros to the size of the others.
std::string chunk_object(const std::string& store, std::size_t layer, std::uint64_t chunk);

// Arguments of the stage.
inline constexpr char k_store[] = "store";  // text: URI of the store
inline constexpr char k_bin_mass[] = "bin_mass";
inline constexpr char k_bin_size[] = "bin_size";
// u64: the channel nearest to each bin; absent where there are no spectra behind the lists
inline constexpr char k_channels[] = "channels";

// Partial of `fill_peak_matrix`, one chunk, each one per bin:
inline constexpr char k_sum[] = "sum";          // f64: of the intensities, row by row
inline constexpr char k_maximum[] = "maximum";  // f64: of the intensities
inline constexpr char k_pixels[] = "pixels";    // u64: rows that have a peak in the bin

}  // namespace fanfold::handlers::peak_matrix
