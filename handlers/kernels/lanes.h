// Arithmetic on one value per lane, for the sources of this folder only: a GCC/clang vector, so that the
// compiler emits AVX2, two SSE2 or two NEON operations each. Inside FANFOLD_SIMD functions only, and never
// passed to calls by value.
#pragma once

#include <cstddef>

#include "handlers/kernels/batch.h"
#include "handlers/kernels/fft.h"
#include "handlers/kernels/simd.h"

namespace fanfold::kernels {

using Lanes __attribute__((vector_size(k_batch_lanes * sizeof(double)), may_alias)) = double;

// The same without alignment.
using LooseLanes __attribute__((vector_size(k_batch_lanes * sizeof(double)), may_alias, aligned(8))) = double;

FANFOLD_INLINE Lanes& lanes(double* values) {
  return *reinterpret_cast<Lanes*>(values);
}
FANFOLD_INLINE const Lanes& lanes(const double* values) {
  return *reinterpret_cast<const Lanes*>(values);
}

// Sample t of lane l of a series lies at samples(series)[t * k_batch_lanes + l].
FANFOLD_INLINE double* samples(LaneComplex* series) {
  return reinterpret_cast<double*>(series);
}
FANFOLD_INLINE const double* samples(const LaneComplex* series) {
  return reinterpret_cast<const double*>(series);
}

}  // namespace fanfold::kernels
