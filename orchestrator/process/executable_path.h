// Where a program lies.
#pragma once

#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

// `name` itself when it has a slash, else the first executable of that name in our PATH. Error: not_found.
Result<std::string> find_executable(std::string_view name);

}  // namespace fanfold
