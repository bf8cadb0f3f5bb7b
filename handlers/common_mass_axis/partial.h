// Partial of `common_mass_axis`, one cube of an image in processed mode:
//   mass       f64: the merged axis of the cube's pixels
//   bins       f64, as many, or none where no pixel has a peak: the local bin size at each mass
//   identical  u64, one: 1 where all pixels of the cube have exactly the axis `mass`
#pragma once

namespace fanfold::handlers::common_mass_axis {

inline constexpr char k_mass[] = "mass";
inline constexpr char k_bins[] = "bins";
inline constexpr char k_identical[] = "identical";

}  // namespace fanfold::handlers::common_mass_axis
