// How a file says that it is a peak list: each pixel's intensities are followed by the blocks that imzML has
// no words for.
#pragma once

#include <string_view>

namespace fanfold::imzml {

// Ours: a userParam of fileContent. Its name decides.
inline constexpr std::string_view k_peak_list_name = "Fanfold peak list";
inline constexpr std::string_view k_peak_list_value =
    "float64 blocks of area, signal-to-noise ratio and bin size follow the intensities of each spectrum";
// That of rMSI2: the value of the source file's format term.
inline constexpr std::string_view k_rmsi_peak_list_value = "rMSIpeakList";
// m/z and intensities are announced, these blocks are not.
inline constexpr unsigned k_peak_list_extra_blocks = 3;

}  // namespace fanfold::imzml
