// Validations as text for people and as JSON for programs.
#pragma once

#include <span>
#include <string>

#include "orchestrator/validation/validator.h"

namespace fanfold::validation {

// A line per kept finding, "FILE:LINE: error: PLACE: FOUND; expected EXPECTED [rule]", a line for those of a
// kind that were not kept, and one sentence that sums up. Ends in a newline. What comes from the file is
// stripped of control characters.
std::string to_text(const Validation& validation);

// One object, two-space indented, ending in a newline.
std::string to_json(std::span<const Validation> validations);

}  // namespace fanfold::validation
