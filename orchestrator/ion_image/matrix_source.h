// Picks ion images out of a peak matrix: the bin nearest to each mass.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "orchestrator/anndata/zarr_store_reader.h"
#include "orchestrator/ion_image/ion_values.h"
#include "orchestrator/ion_image/options.h"

namespace fanfold::ion_image {

// Names of the images whose pixels are the rows of the matrix, in their order. Names without a row are left
// out.
Result<std::vector<std::string>> images_of_matrix(const ZarrStoreReader& store);

// The image that `options` names, or all. Norms are those of the raw spectra, their mean that of all rows of
// the matrix. Reads every chunk of the layer once and holds one of them, and the values picked.
// Errors: not_found where no bin lies within the tolerance, corrupt_data for a store that contradicts itself.
Result<IonImages> pick_from_matrix(const ZarrStoreReader& store, const ImageOptions& options,
                                   std::stop_token stop);

}  // namespace fanfold::ion_image
