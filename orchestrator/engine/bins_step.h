// Which of the mass bins become columns of the peak matrix.
#pragma once

#include <vector>

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Fills the group's bins with those of `all` that pass the filter. Where none does the group is left without:
// it gets no matrix, and a warning says why.
void keep_bins(JobContext& context, Group& group, std::vector<kernels::Bin> all);

}  // namespace fanfold
