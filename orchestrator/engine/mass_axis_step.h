// The mass axis of each image and of the group.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// An image as the arguments of the stages name it.
protocol::ImageInput raw_input(const IndexedImage& image);

// Before any spectrum of the image is allocated anywhere: a file may claim one of any length.
// `spectrum_bytes`: what is read of the longest. invalid_argument where a worker's memory does not suffice.
Status check_memory(const JobContext& context, const IndexedImage& image, std::uint64_t spectrum_bytes);

// Fills own_axis and raw of every image, and the group's axis. Runs the stage common_mass_axis for images in
// processed mode. Errors: those of the stage; corrupt_data where the images' axes have no common range.
Status find_mass_axis(JobContext& context, Group& group);

}  // namespace fanfold
