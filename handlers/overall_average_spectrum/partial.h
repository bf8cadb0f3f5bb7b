// Partial of `overall_average_spectrum`, one cube:
//   sum    f64, one per channel: the cube's node of the tree of row / TIC over the pixels whose TIC lies
//   within the
//          quartiles, both included
//   count  u64, one: how many such pixels
#pragma once

namespace fanfold::handlers::overall_average {

inline constexpr char k_sum[] = "sum";
inline constexpr char k_count[] = "count";

}  // namespace fanfold::handlers::overall_average
