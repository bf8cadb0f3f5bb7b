// Peak picking, the peak files and the bins.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Fills `peaks` of every image (their files written and checksummed, not published) and, where binning is on,
// the group's bins (bins_step.h).
Status pick_and_bin_peaks(JobContext& context, Group& group);

}  // namespace fanfold
