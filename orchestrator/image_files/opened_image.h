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
  std::string ibd_location;
  std::string ibd_identity;  // what the .ibd was when it was opened
};

// `location`: path or s3:// URI of the imzML. The .ibd may be spelt .ibd or .IBD. Errors: those of the store.
Result<OpenedImage> open_image(StoreRegistry& stores, const std::string& location);

}  // namespace fanfold
