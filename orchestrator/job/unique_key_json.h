// JSON as people write it: with messages that name line and column, and no key twice.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

// `name` is the file's, for messages. Errors: invalid_argument for text that is no JSON, a key that stands
// twice in an object (readers disagree on which one counts), nesting deeper than 32.
Result<nlohmann::json> parse_unique_key_json(std::string_view text, std::string_view name);

}  // namespace fanfold
