// The images of a job: every imzML is read once, as a stream, and leaves a pixel index per image behind (one
// image per file, or one per region of interest).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/job/job.h"
#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

struct IndexedImage {
  std::string name;      // of its outputs
  std::string location;  // of the imzML
  std::string ibd_location;
  std::string ibd_identity;
  std::string index;                    // URI of its pixel index
  imzml::ImageDescription description;  // of the file
  std::uint64_t pixels = 0;             // of this image
  std::uint64_t mz_points = 0;          // sum of the lengths over its pixels
  std::uint64_t longest = 0;            // values of its longest spectrum
  std::int32_t max_x = 0;
  std::int32_t max_y = 0;
  imzml::PixelRecord first_pixel;  // of this image
};

// In the order of the job: inputs, then their regions. Index objects are written below `scratch`.
// Errors: those of the files; corrupt_data for a region without a pixel in the image, an image without
// pixels.
Result<std::vector<IndexedImage>> index_images(StoreRegistry& stores, const Job& job,
                                               const std::string& scratch);

}  // namespace fanfold
