// A chunk of float64 as it lies in a Zarr v2 store: bytes shuffled (all first bytes, all second bytes, ...),
// then zstd.
#pragma once

#include <span>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold::handlers {

inline constexpr int k_chunk_zstd_level = 1;

// `element_bytes` divides the number of bytes; what encode_chunk does with values of any width.
std::vector<std::byte> encode_chunk(Bytes plain, std::size_t element_bytes);
std::vector<std::byte> encode_chunk(std::span<const double> values);
// corrupt_data unless the chunk holds exactly `count` values.
Result<std::vector<double>> decode_chunk(Bytes chunk, std::size_t count);

}  // namespace fanfold::handlers
