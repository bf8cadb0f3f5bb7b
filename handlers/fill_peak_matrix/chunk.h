// The pieces a peak matrix is computed and stored in. Rows are the pixels of all images of the group, one
// image after the other; columns are the bins. A chunk is whole rows of one layer.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace fanfold::handlers::peak_matrix {

// Rows of a chunk, from the size of the matrix alone, so that the bytes do not depend on who computed them:
// about 2 MiB per layer, but sixteen chunks where that leaves each 64 rows, for more than one worker to have
// something to do.
inline std::uint64_t rows_per_chunk(std::uint64_t rows, std::uint64_t bins) {
  constexpr std::uint64_t k_cells = 256 * 1024;
  constexpr std::uint64_t k_chunks = 16;
  constexpr std::uint64_t k_least_rows = 64;
  const std::uint64_t by_size = std::max<std::uint64_t>(k_cells / std::max<std::uint64_t>(bins, 1), 1);
  const std::uint64_t by_count = std::max((rows + k_chunks - 1) / k_chunks, k_least_rows);
  return std::min({by_size, by_count, std::max<std::uint64_t>(rows, 1)});
}

// Layers in the order of a row's cells, by their place in the store.
inline constexpr std::array<const char*, 3> k_layers{"X", "layers/snr", "layers/area"};

// Object of a chunk: STORE/LAYER/CHUNK.0. The last chunk is padded with zeros to the size of the others.
std::string chunk_object(const std::string& store, std::size_t layer, std::uint64_t chunk);

// Arguments of the stage.
inline constexpr char k_store[] = "store";  // text: URI of the store
inline constexpr char k_bin_mass[] = "bin_mass";
inline constexpr char k_bin_size[] = "bin_size";
inline constexpr char k_channels[] = "channels";  // u64: the channel nearest to each bin

// Partial of `fill_peak_matrix`, one chunk, each one per bin:
inline constexpr char k_sum[] = "sum";          // f64: of the intensities, row by row
inline constexpr char k_maximum[] = "maximum";  // f64: of the intensities
inline constexpr char k_pixels[] = "pixels";    // u64: rows that have a peak in the bin

}  // namespace fanfold::handlers::peak_matrix
