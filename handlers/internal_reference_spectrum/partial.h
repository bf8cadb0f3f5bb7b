// Partial of `internal_reference_spectrum`, one cube:
//   score  f64, one: the best correlation with the average, 0 where no pixel's is positive
//   pixel  u64, one: the first pixel with that score, its index in the image; 0 where there is none
#pragma once

namespace fanfold::handlers::internal_reference {

inline constexpr char k_score[] = "score";
inline constexpr char k_pixel[] = "pixel";

}  // namespace fanfold::handlers::internal_reference
