// How a file says that it is a peak list, and where the values lie that imzML has no words for: for each
// pixel of K peaks a block of K areas, one of K signal-to-noise ratios and one of K bin sizes, all float64.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/imzml/pixel_record.h"

namespace fanfold::imzml {

// Ours: a userParam of fileContent; its value is the byte of the .ibd at which the blocks begin, pixel after
// pixel. In front of them lie nothing but m/z values and intensities, pixel after pixel, from byte 16 on: so
// that a reader that goes through the file from its start, and looks at no offset, finds what it expects.
inline constexpr std::string_view k_peak_list_name = "Fanfold peak list";
// That of rMSI2: the value of the source file's format term. The blocks follow the intensities of their
// pixel.
inline constexpr std::string_view k_rmsi_peak_list_value = "rMSIpeakList";

inline constexpr unsigned k_peak_list_blocks = 3;
inline constexpr std::uint64_t k_peak_lists_begin = 16;  // behind the UUID

// Whether a pixel's arrays, of float64, lie as the place of its blocks takes for granted. `blocks_begin`: of
// the file, not 0. No promise for a pixel without peaks: nothing of it is read.
inline bool lies_as_peaks_do(const PixelRecord& pixel, std::uint64_t blocks_begin) {
  const std::uint64_t bytes = std::uint64_t{pixel.mz_length} * sizeof(double);
  if (pixel.intensity_length != pixel.mz_length) return false;
  if (bytes == 0) return true;
  return pixel.mz_encoded_bytes == bytes && pixel.intensity_encoded_bytes == bytes &&
         pixel.mz_offset >= k_peak_lists_begin && pixel.mz_offset % (2 * sizeof(double)) == 0 &&
         pixel.mz_offset <= blocks_begin && 2 * bytes <= blocks_begin - pixel.mz_offset &&
         pixel.intensity_offset == pixel.mz_offset + bytes;
}

// Where the blocks of a pixel begin. `blocks_begin`: of the file; 0 where they follow the intensities.
// REQUIRES, where it is not 0: the pixel has peaks, and they lie as they do.
inline std::uint64_t peak_blocks_offset(const PixelRecord& pixel, std::uint64_t blocks_begin) {
  if (blocks_begin == 0) return pixel.intensity_offset + pixel.intensity_encoded_bytes;
  return blocks_begin + (pixel.mz_offset - k_peak_lists_begin) / 2 * k_peak_list_blocks;
}

}  // namespace fanfold::imzml
