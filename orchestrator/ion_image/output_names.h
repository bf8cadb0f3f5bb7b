// Names of the files that are written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold::ion_image {

enum class FileFormat : std::uint8_t { png, tiff, npy };

// By the ending, in any case. invalid_argument for another one.
Result<FileFormat> format_of(std::string_view path);

// The masses with four decimals, or as they are where two would be the same.
std::vector<std::string> mass_names(std::span<const double> masses);

// Builds "brain-760.5800.png" from "brain.png": what is not given is left out. `image`'s characters that
// cannot stand in a file name become '_'.
std::string with_parts(std::string_view path, std::optional<std::string_view> image,
                       std::optional<std::string_view> mass);

}  // namespace fanfold::ion_image
