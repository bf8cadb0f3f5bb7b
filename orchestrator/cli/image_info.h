// What `fanfold info` says of an image, as text for people and as JSON for programs.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/imzml/checksum_state.h"
#include "runtime/imzml/description.h"

namespace fanfold::cli {

struct ImageInfo {
  std::string image;  // as the user named it
  imzml::ImageDescription description;
  imzml::ChecksumStates checksums;
  std::uint64_t ibd_bytes = 0;
};

// A line per fact, its name in the first 12 columns. Control characters in names are replaced by spaces.
std::string to_text(const ImageInfo& info);
// One object; what is unknown is null.
std::string to_json(const ImageInfo& info);

}  // namespace fanfold::cli
