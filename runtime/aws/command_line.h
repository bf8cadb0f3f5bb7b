// The command of `credential_process`, taken apart without a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold::aws {

// Blanks separate; "..." and '...' hold blanks together and may stand anywhere in a word; a backslash takes
// the next byte as it is, within double quotes only before '"' and '\'. Nothing is expanded. Error:
// invalid_argument for a quote that is not closed, a backslash at the end, or no word at all.
Result<std::vector<std::string>> split_command(std::string_view text);

}  // namespace fanfold::aws
