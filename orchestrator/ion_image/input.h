// What the word on the command line names: spectra or peak matrices.
#pragma once

#include <string>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/storage/store_registry.h"

namespace fanfold::ion_image {

struct Input {
  std::vector<Uri> matrices;  // .zarr stores, sorted by name; empty: the input is an imzML file
};

// By its name an imzML file (also .imzML.gz) or a store (.zarr), else a folder: its matrices, where a merged
// one is among them without those of its subfolders. not_found where it holds none; invalid_argument where it
// holds a merged matrix beside others and no image is named that says which is meant.
Result<Input> find_input(StoreRegistry& stores, const std::string& location, bool image_is_named);

}  // namespace fanfold::ion_image
