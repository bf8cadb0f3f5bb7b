// The peak lists of a run of pixels out of a peak file.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "handlers/kernels/peak_picking.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/protocol/arguments.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::handlers {

// Not thread-safe.
class PeakListReader {
 public:
  static Result<PeakListReader> open(StoreRegistry& stores, const protocol::ImageInput& peaks,
                                     std::uint64_t first, std::uint64_t pixels);
  // The peaks of the next pixel; valid until the next call.
  Result<std::span<const kernels::Peak>> next();

 private:
  PeakListReader() = default;
  Status fill_window();

  std::unique_ptr<ByteSource> m_source;
  std::vector<imzml::PixelRecord> m_records;
  std::size_t m_next = 0;
  std::uint64_t m_window_offset = 0;
  std::vector<std::byte> m_window;
  std::vector<kernels::Peak> m_peaks;
};

}  // namespace fanfold::handlers
