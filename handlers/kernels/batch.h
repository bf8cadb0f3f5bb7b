// How many spectra the transform-based kernels work on at once: one per SIMD lane. Each lane is computed by
// the same sequence of operations whatever the others hold and whatever the machine's vector width is, so a
// spectrum's result does not depend on which spectra share its batch.
#pragma once

#include <cstddef>

namespace fanfold::kernels {

inline constexpr std::size_t k_batch_lanes = 4;

}  // namespace fanfold::kernels
