// Partial of `peak_picking`, one cube:
//   counts  u32, one per pixel: its number of peaks K
// and a scratch object with the cube's part of the peak file, pixel by pixel: K masses, K intensities, K
// areas, K signal-to-noise ratios, K bin sizes, all float64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace fanfold::handlers::peak_picking {

inline constexpr char k_counts[] = "counts";
inline constexpr std::size_t k_arrays = 5;  // blocks of a pixel
inline constexpr std::size_t k_bytes_per_peak = k_arrays * sizeof(double);

// The cube's scratch object. Two attempts of a call write the same bytes under the same name.
std::string peaks_object(const std::string& scratch, std::uint32_t group, std::uint32_t cube);

}  // namespace fanfold::handlers::peak_picking
