// The one pass over the peak lists of an image, in pixel order: writes and checksums its -peaks.ibd and hands
// every pixel's peaks to the binning.
#pragma once

#include "handlers/peak_binning/block_binner.h"
#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"

namespace fanfold {

// `cubes` are the numbers of the image's cubes in peak_picking. `peaks.counts` is filled already; the rest of
// `peaks` is filled here. `binner` may be null.
Status write_peak_file(JobContext& context, const Group& group, std::size_t image, std::uint32_t first_cube,
                       std::uint32_t cubes, std::uint64_t cube_pixels, PeaksOutput& peaks,
                       handlers::BlockBinner* binner);

}  // namespace fanfold
