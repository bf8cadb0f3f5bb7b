// Ion images: intensities of given masses over the pixels of an image, as pictures or as numbers.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "orchestrator/ion_image/options.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::ion_image {

// Writes a PNG file per mass and image, or a TIFF or .npy file per image, and tells `on_file` the path of
// each. A file appears under its name when it is whole and replaces what had the name. Several images get
// their names appended, several masses (in PNG) too.
// Errors: invalid_argument for options that contradict the input, not_found for a mass or an image that is
// not there, those of the files; what was written before an error stays.
Status write_ion_images(StoreRegistry& stores, const ImageOptions& options,
                        const std::function<Status(const std::string& path)>& on_file, std::stop_token stop);

}  // namespace fanfold::ion_image
