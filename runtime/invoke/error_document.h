// How an error travels to the platform.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/invoke/runtime.h"

namespace fanfold {

// {"errorMessage", "errorType", "stackTrace"}; bytes that are no UTF-8 are replaced. A document longer than
// allowed loses its stack trace first, then the end of its message.
inline constexpr std::size_t k_max_error_document_bytes = std::size_t{256} * 1024;
std::string error_document(const HandlerError& error, std::size_t max_bytes = k_max_error_document_bytes);

// The value of Lambda-Runtime-Function-Error-Type: `type` itself where it is "Runtime.Reason" or
// "Function.Reason", letters only, which is all that the platform keeps; otherwise "Function.Error". Safe in
// a header.
std::string error_category(std::string_view type);

// The value of Lambda-Runtime-Function-XRay-Error-Cause: {"working_directory", "exceptions", "paths"} in
// printable ASCII. Empty where it would be longer than a server's header may be; the field is then left out.
std::string xray_cause(const HandlerError& error);

// The errorType member of an error answer of the platform; empty where the body is something else.
std::string platform_error_type(std::string_view body);

}  // namespace fanfold
