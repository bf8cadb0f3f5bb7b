// How an error travels to the platform.
#pragma once

#include <string>
#include <string_view>

#include "runtime/invoke/runtime.h"

namespace fanfold {

// {"errorMessage", "errorType", "stackTrace"}; bytes that are no UTF-8 are replaced.
std::string error_document(const HandlerError& error);

// The value of Lambda-Runtime-Function-Error-Type: `type` itself where it is "Runtime.Reason" or
// "Function.Reason", letters only, which is all that the platform keeps; otherwise "Function.Error". Safe in
// a header.
std::string error_category(std::string_view type);

// The errorType member of an error answer of the platform; empty where the body is something else.
std::string platform_error_type(std::string_view body);

}  // namespace fanfold
