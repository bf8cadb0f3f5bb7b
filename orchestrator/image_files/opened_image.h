// An imzML file and the .ibd beside it, opened for reading.
#pragma once

#include <memory>
#include <string>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

struct OpenedImage {
  std::unique_ptr<ByteSource> xml;
  std::unique_ptr<ByteSource> ibd;
  std::string xml_location;
  std::string xml_identity;  // what the document was when it was opened
  std::string ibd_location;
  std::string ibd_identity;  // what the .ibd was when it was opened
};

// `location`: path or s3:// URI of the imzML. Its .ibd has the same stem and an
// ending in any mixture of cases. Errors: those of the store.
Result<OpenedImage> open_image(StoreRegistry& stores, const std::string& location);

// corrupt_data where either file is no longer the one that was opened: what was read of it may be of two
// files.
Status check_unchanged(StoreRegistry& stores, const OpenedImage& image);

}  // namespace fanfold
