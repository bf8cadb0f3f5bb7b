// Holds every array against the size of the .ibd. After the first array that lies outside, the rest is only
// measured, so that the one error can say how large the file should be.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/imzml/peak_list_mark.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/imzml/spectrum_place.h"

namespace fanfold::imzml {

class IbdBounds {
 public:
  explicit IbdBounds(const ByteSource& ibd) : m_ibd(&ibd) {}

  // corrupt_data where an end does not fit 64 bits.
  Status add(const PixelRecord& pixel, const SpectrumPlace& place) {
    FANFOLD_TRY(add_range("m/z", pixel.mz_offset, pixel.mz_encoded_bytes, place));
    return add_range("intensity", pixel.intensity_offset, pixel.intensity_encoded_bytes, place);
  }
  // What belongs to the peaks of a pixel besides: see peak_list_mark.h. corrupt_data where it cannot be
  // found.
  Status add_peak_blocks(const PixelRecord& pixel, std::uint64_t blocks_begin, const SpectrumPlace& place) {
    if (blocks_begin != 0 && !lies_as_peaks_do(pixel, blocks_begin)) {
      return make_error(
          ErrorKind::corrupt_data,
          "{}: its {} m/z values at byte {} and {} intensities at byte {} do not lie as in the peak lists "
          "that Fanfold writes, so another program rewrote the file; remove the userParam '{}' to read it "
          "without areas, or run the peak picking again",
          place.text(), pixel.mz_length, pixel.mz_offset, pixel.intensity_length, pixel.intensity_offset,
          k_peak_list_name);
    }
    if (pixel.intensity_length == 0) return {};
    const auto bytes = checked_mul(pixel.intensity_encoded_bytes, k_peak_list_blocks);
    return add_range("area", peak_blocks_offset(pixel, blocks_begin), bytes.value_or(~std::uint64_t{0}),
                     place);
  }
  bool is_exceeded() const { return m_first_outside.has_value(); }
  std::uint64_t end() const { return m_end; }

  Status verdict() const {
    if (!m_first_outside) return {};
    return make_error(
        ErrorKind::corrupt_data,
        "{}, but '{}' has {} bytes where the whole image needs {}: the .ibd is cut off or belongs to "
        "another image; copy it again",
        *m_first_outside, m_ibd->name(), m_ibd->size_bytes(), m_end);
  }

 private:
  Status add_range(const char* kind, std::uint64_t offset, std::uint64_t bytes, const SpectrumPlace& place) {
    if (bytes == 0) return {};
    const auto end = checked_add(offset, bytes);
    if (!end) {
      return make_error(ErrorKind::corrupt_data,
                        "{}: its {} array begins at byte {} and has {} bytes, which no file has",
                        place.text(), kind, offset, bytes);
    }
    m_end = std::max(m_end, *end);
    if (!m_first_outside && *end > m_ibd->size_bytes()) {
      m_first_outside = fmt::format("{}: its {} array ends at byte {}", place.text(), kind, *end);
    }
    return {};
  }

  const ByteSource* m_ibd;
  std::uint64_t m_end = 0;
  std::optional<std::string> m_first_outside;
};

}  // namespace fanfold::imzml
