// Picks ion images out of the spectra of an imzML file: of each pixel the largest value, or the sum of the
// values, within the tolerance of each mass; 0 where there is none. Arrays of different lengths are cut as
// everywhere (points.h); intensities that are NaN or infinite count as 0.
#pragma once

#include <stop_token>

#include "orchestrator/ion_image/ion_values.h"
#include "orchestrator/ion_image/options.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::ion_image {

// Streams the file: beside the values picked, a window of it is held. Without normalisation only the m/z
// values are read (once where pixels share them) and those intensities that lie within a window, unless the
// file is compressed. Norms are those of the spectra read. Errors: those of the files; corrupt_data where
// they changed meanwhile; not_found where no spectrum has a value within the tolerance of a mass.
Result<IonImages> pick_from_spectra(StoreRegistry& stores, const ImageOptions& options, std::stop_token stop);

}  // namespace fanfold::ion_image
