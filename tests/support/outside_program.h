// Programs from outside the project that tests start: servers, emulators.
#pragma once

#include <optional>
#include <string>

#include "runtime/core/result.h"

namespace fanfold::testing_support {

// From PATH, or from the cache that the scripts in infra/setup fill.
std::optional<std::string> find_outside_program(const std::string& name);

// "127.0.0.1:port". Free a moment ago: nobody else should take it in the next one.
Result<std::string> free_address();

}  // namespace fanfold::testing_support
