// One record of the pixel index: where a spectrum's two arrays lie in the .ibd, and where the pixel lies in
// the image. An index is an array of these, little-endian, exactly as in memory, so that record i is at byte
// 48 * i.
#pragma once

#include <cstdint>
#include <type_traits>

namespace fanfold::imzml {

struct PixelRecord {
  std::uint64_t mz_offset = 0;  // bytes from the start of the .ibd
  std::uint64_t intensity_offset = 0;
  std::uint64_t mz_encoded_bytes = 0;  // bytes on disk; length * size of the type unless compressed
  std::uint64_t intensity_encoded_bytes = 0;
  std::uint32_t mz_length = 0;  // values; the two lengths may differ in files seen in the wild
  std::uint32_t intensity_length = 0;
  std::int32_t x = 0;  // as in the file
  std::int32_t y = 0;

  bool operator==(const PixelRecord&) const = default;
};

static_assert(sizeof(PixelRecord) == 48 && std::is_trivially_copyable_v<PixelRecord> &&
              std::is_standard_layout_v<PixelRecord>);

}  // namespace fanfold::imzml
