// The imzML documents of an image's outputs.
#pragma once

#include "orchestrator/engine/group.h"
#include "orchestrator/engine/job_context.h"
#include "runtime/core/byte_sink.h"

namespace fanfold {

// Of the preprocessed spectra. REQUIRES: image.processed.
Status write_processed_imzml(const JobContext& context, const GroupImage& image, ByteSink& sink);
// Of the peak lists. REQUIRES: image.peaks.
Status write_peaks_imzml(const JobContext& context, const GroupImage& image, ByteSink& sink);

}  // namespace fanfold
