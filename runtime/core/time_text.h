// Times and durations as people read them.
#pragma once

#include <chrono>
#include <string>

#include "runtime/core/clock.h"

namespace fanfold {

// "2026-11-21 14:23 UTC"; the same as "2026-11-21T14:23:19Z" for programs. A time outside the years 1 to 9999
// is "an unknown time".
std::string utc_text(SystemTime time);
std::string iso_text(SystemTime time);

// Rounded down to one unit, such that there are at least two of it: "90 s", "26 h", "3 days".
std::string duration_text(std::chrono::seconds duration);

}  // namespace fanfold
