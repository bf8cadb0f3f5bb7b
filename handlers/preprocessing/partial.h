// Partial of `preprocessing`, one cube. Per pixel, in order, of the spectrum as it was written:
//   tic, base_mz, base_intensity, low_mz, high_mz   f64
//   lag_low, lag_mid, lag_high                      f64, channels; absent where alignment is off
// and per channel of the mass axis, of the rows after alignment (after bit reduction too where the row is
// written):
//   sum, base                                       f64, the cube's nodes
#pragma once

namespace fanfold::handlers::preprocessing {

inline constexpr char k_tic[] = "tic";
inline constexpr char k_base_mz[] = "base_mz";
inline constexpr char k_base_intensity[] = "base_intensity";
inline constexpr char k_low_mz[] = "low_mz";
inline constexpr char k_high_mz[] = "high_mz";
inline constexpr char k_lag_low[] = "lag_low";
inline constexpr char k_lag_mid[] = "lag_mid";
inline constexpr char k_lag_high[] = "lag_high";
inline constexpr char k_sum[] = "sum";
inline constexpr char k_base[] = "base";

}  // namespace fanfold::handlers::preprocessing
