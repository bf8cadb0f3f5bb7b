// How an Error's kind travels from a function to the orchestrator: as the error type of the function's error,
// in the form the platform accepts.
#pragma once

#include <string>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold::protocol {

// "Function.CorruptData"
std::string error_type_of(ErrorKind kind);

// The error that a function's error document describes ({"errorType", "errorMessage"}). What is not ours is
// transient when the process ended or ran out of time, for it may not do so again, and internal otherwise.
Error error_from_document(std::string_view json);

}  // namespace fanfold::protocol
