// The parameters of a job, as the alignment kernel takes them.
#pragma once

#include "handlers/kernels/alignment.h"
#include "runtime/protocol/parameters.h"

namespace fanfold::handlers {

inline kernels::AlignmentOptions alignment_options(const Parameters::Alignment& alignment, Compat compat) {
  return {.bilinear = alignment.bilinear,
          .iterations = alignment.iterations,
          .max_shift_ppm = alignment.max_shift_ppm,
          .ref_low = alignment.ref_low,
          .ref_mid = alignment.ref_mid,
          .ref_high = alignment.ref_high,
          .oversampling = alignment.oversampling,
          .window_relative = alignment.window_relative,
          .clamp_reference_late = compat == Compat::rmsi2};
}

}  // namespace fanfold::handlers
