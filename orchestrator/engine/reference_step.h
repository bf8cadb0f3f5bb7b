// Normalisations, means, and the reference spectrum that alignment goes by.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// Fills the images' normalizations and writes their TIC where later stages read it.
Status normalize(JobContext& context, Group& group);

// Fills overall_average, reference_pixel and reference. Errors: corrupt_data where no spectrum is like the
// average.
Status find_reference(JobContext& context, Group& group);

// What the arguments of all map stages of the group have in common. `stage` decides the size of the cubes.
// invalid_argument where a call would need more memory than it may have.
Result<protocol::StageArguments> group_arguments(const JobContext& context, const Group& group,
                                                 std::string_view stage,
                                                 std::vector<protocol::ImageInput> images);

}  // namespace fanfold
