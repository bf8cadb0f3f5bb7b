// Names of jobs.
#pragma once

#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

// "20260131-142501-9f0c33d1a2b4": time (UTC) and 48 random bits; letters, digits and '-' alone.
std::string new_job_id();
// 1 to 64 letters, digits, '-', '_' or '.': what can stand in keys, paths and URIs as it is.
Status check_job_id(std::string_view job);

}  // namespace fanfold
