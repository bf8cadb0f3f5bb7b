// How status and headers travel at the head of a streamed response.
#pragma once

#include <string>
#include <string_view>

#include "runtime/core/result.h"
#include "runtime/invoke/response_stream.h"

namespace fanfold {

inline constexpr std::string_view k_prelude_content_type =
    "application/vnd.awslambda.http-integration-response";

// JSON and eight NUL bytes. Error: invalid_argument for a status outside 100..599, a name or value that no
// header can have, or more than the 16 KB in which a gateway looks for it.
Result<std::string> encode_prelude(const HttpPrelude& prelude);

}  // namespace fanfold
