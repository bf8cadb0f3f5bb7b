// Partial of `peak_picking`, one cube:
//   counts  u32, one per pixel: its number of peaks K
// and two scratch objects with the cube's shares of the peak file, pixel by pixel, all float64: K masses and
// K intensities in the one; K areas, K signal-to-noise ratios and K bin sizes in the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace fanfold::handlers::peak_picking {

inline constexpr char k_counts[] = "counts";
// Bytes of a peak in either object.
inline constexpr std::size_t k_pair_bytes = 2 * sizeof(double);
inline constexpr std::size_t k_block_bytes = 3 * sizeof(double);

// The cube's scratch objects. Two attempts of a call write the same bytes under the same names.
std::string peaks_object(const std::string& scratch, std::uint32_t group, std::uint32_t cube);
std::string peak_blocks_object(const std::string& scratch, std::uint32_t group, std::uint32_t cube);

}  // namespace fanfold::handlers::peak_picking
