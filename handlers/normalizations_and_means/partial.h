// Partial of `normalizations_and_means`, one cube:
//   tic, rms, max   f64, one per pixel: sum, root of the sum of squares, maximum (at least 0) of the row
//   points          u32, one per pixel: values that an output spectrum of the pixel has
//   odd             u64: count and first pixel of the spectra that are unsorted, then of those that hold
//                   numbers that are not finite (spectra/spectrum_oddities.h)
//   sum, base       f64, one per channel: the cube's node of the tree of sums, and the maximum (at least 0)
#pragma once

namespace fanfold::handlers::normalizations {

inline constexpr char k_tic[] = "tic";
inline constexpr char k_rms[] = "rms";
inline constexpr char k_max[] = "max";
inline constexpr char k_points[] = "points";
inline constexpr char k_odd[] = "odd";
inline constexpr char k_sum[] = "sum";
inline constexpr char k_base[] = "base";

}  // namespace fanfold::handlers::normalizations
