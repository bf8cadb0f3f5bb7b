// Files of a few kilobytes that may hold secrets: configuration and tokens.
#pragma once

#include <string>

#include "runtime/core/result.h"
#include "runtime/core/secret.h"

namespace fanfold::aws {

// The whole file. Errors: those of open and read (not_found where there is none); corrupt_data where it is
// longer than allowed.
Result<Secret> read_small_file(const std::string& path, std::size_t max_bytes);

// A token file's text without the blanks and line ends around it. Error: corrupt_data for an empty one or one
// with control bytes within, which no header can hold.
Result<Secret> read_token_file(const std::string& path);

}  // namespace fanfold::aws
