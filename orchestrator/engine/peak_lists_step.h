// A group whose images hold peak lists: what takes the place of all stages before the peak matrix.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// One pass over the lists, in pixel order: fills `raw` and the TIC, RMS and maximum of every image, and the
// group's bins. Damaged peaks of lists that other programs wrote are left out with a warning; corrupt_data
// instead where the job is strict.
Status bin_peak_lists(JobContext& context, Group& group);

}  // namespace fanfold
