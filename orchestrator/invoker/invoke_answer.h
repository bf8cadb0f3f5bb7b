// What an answer of the Invoke API means.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/invoker/invoker.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

// Fills status, flags, log tail, request id and error from an HTTP answer; `body` becomes the payload.
void read_answer(int http_status, const HttpHeaders& headers, std::string body,
                 std::string_view function_name, InvokeAnswer& answer);

// The platform's word for a refusal, such as "TooManyRequestsException"; empty where it sent none.
std::string_view error_code_of(const HttpHeaders& headers);

}  // namespace fanfold
