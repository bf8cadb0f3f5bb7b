// Gathers what the quality report shows.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"
#include "orchestrator/quality_report/figures.h"

namespace fanfold {

// From what the run knows, and from samples of its outputs, which must be published. Reads at most a few
// hundred spectra and peak lists per image, and the intensities of the peak matrix once, chunk by chunk.
Result<quality::Figures> gather_figures(JobContext& context, const std::vector<Group>& groups);

}  // namespace fanfold
