// The mass axis of each image and of the group.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Fills own_axis and raw of every image, and the group's axis. Runs the stage common_mass_axis for images in
// processed mode. Errors: those of the stage; corrupt_data where the images' axes have no common range.
Status find_mass_axis(JobContext& context, Group& group);

}  // namespace fanfold
