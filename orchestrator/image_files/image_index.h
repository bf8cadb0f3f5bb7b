// The images of a job: every imzML is read once, as a stream, and leaves a pixel index per image behind (one
// image per file, or one per region of interest).
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "orchestrator/job/job.h"
#include "orchestrator/progress/status_sink.h"
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
  std::uint64_t largest_stored = 0;     // bytes of its largest spectrum, as stored
  std::int32_t max_x = 0;
  std::int32_t max_y = 0;
  imzml::PixelRecord first_pixel;  // of this image: the first with an m/z array
  bool peak_lists = false;         // not spectra
  std::string content_note;        // what it was taken for, where that needs saying

  // What a reader holds of the largest spectrum: its values, and the stored bytes where they are compressed.
  std::uint64_t largest_spectrum_bytes() const;
};

// In the order of the job: inputs, then their regions. Index objects are written below `scratch`.
// Errors: those of the files; corrupt_data for a region without a pixel in the image, an image without
// pixels.
// With `job.strict` whatever would be a warning is an error, and every .ibd is read once to verify its
// checksum, with progress on `status`; cancelled when stop was requested meanwhile.
Result<std::vector<IndexedImage>> index_images(StoreRegistry& stores, const Job& job,
                                               const std::string& scratch, StatusSink& status,
                                               const std::stop_token& stop);

}  // namespace fanfold
