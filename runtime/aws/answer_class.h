// What an error answer of an AWS service means for the request: RetryClass and ErrorKind, each in one
// function.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "runtime/core/result.h"
#include "runtime/core/retry_budget.h"
#include "runtime/net/http_headers.h"

namespace fanfold::aws {

// `code` is the <Code> of the XML document, empty where there is none (HEAD). The code counts more than the
// status: a 200 or 400 may carry any. REQUIRES: the answer is an error.
RetryClass classify_answer(int status, std::string_view code);

// The kind for the Error that is made of it when there is no more trying.
ErrorKind error_kind_of_answer(int status, std::string_view code);

// How long the peer asks to wait: x-amz-retry-after in milliseconds, or Retry-After in seconds. What is no
// number is no request.
std::optional<std::chrono::milliseconds> requested_delay(const HttpHeaders& headers);

}  // namespace fanfold::aws
