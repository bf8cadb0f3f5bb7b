// The records of some pixels of an image, with little more read of its index than these.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/pixel_record.h"

namespace fanfold::handlers {

// Pixels farther apart than this many records are read one by one: what lies between would cost more to read
// than asking again.
inline constexpr std::uint64_t k_records_read_over = 1024;

// `pixels`: ascending indices of records in `index`. corrupt_data where it does not have them.
Result<std::vector<imzml::PixelRecord>> read_selected_records(const ByteSource& index,
                                                              std::span<const std::uint64_t> pixels);

}  // namespace fanfold::handlers
