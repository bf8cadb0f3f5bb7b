// Spectra and mass axes that break the rules of their kind, put into words.
#pragma once

#include <span>

#include "handlers/spectra/spectrum_oddities.h"
#include "orchestrator/engine/job_context.h"
#include "orchestrator/image_files/image_index.h"

namespace fanfold {

// A warning for each kind of oddity that there is; corrupt_data instead where the job is strict.
Status tell_of_odd_spectra(JobContext& context, const IndexedImage& image,
                           const handlers::SpectrumOddities& odd);

// corrupt_data unless the axis of a continuous image is finite and ascends: its channels belong together by
// their place, so that nothing can be sorted.
Status check_shared_axis(const IndexedImage& image, std::span<const double> axis);

}  // namespace fanfold
