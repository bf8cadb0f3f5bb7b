// The function runtime: asks the Runtime API for events, hands each to the handler, posts what it returns. A
// program is options_from_environment() and run(options, handler).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

// One event. The views live as long as the handler's call; what the platform did not send is empty.
struct Invocation {
  std::string_view request_id;
  std::string_view payload;
  std::string_view function_arn;
  std::string_view trace_id;
  std::string_view client_context;    // JSON text
  std::string_view cognito_identity;  // JSON text
  std::string_view tenant_id;
  // time_point::max() where the platform named none.
  std::chrono::system_clock::time_point deadline = std::chrono::system_clock::time_point::max();

  // Until the deadline by the wall clock, never below zero; milliseconds::max() without a deadline.
  std::chrono::milliseconds remaining() const;
};

// What the caller gets as {"errorType", "errorMessage", "stackTrace"}.
struct HandlerError {
  std::string type{};
  std::string message{};
  std::vector<std::string> stack_trace{};
};

// Returns the response (JSON text) or the error. What it throws is posted as an error too.
using Handler = std::function<std::variant<std::string, HandlerError>(const Invocation&)>;

struct RuntimeOptions {
  std::string api{};  // host:port
  // A longer response is replaced by an error of type Function.ResponseSizeTooLarge before anything is sent.
  std::size_t max_response_bytes = 6 * 1024 * 1024 + 100;
};

// Reads AWS_LAMBDA_RUNTIME_API. Error: invalid_argument when it is unset or not host:port.
Result<RuntimeOptions> options_from_environment();

// Serves events one after the other until the platform can no longer be reached or refuses to go on; then
// returns the process's exit code, which is never 0: the platform ends a runtime by killing it. Sets
// _X_AMZN_TRACE_ID in the environment for each event, so no other thread may read the environment at that
// moment.
int run(const RuntimeOptions& options, const Handler& handler);

// Reports that the program could not start. To be called before run(), after which the process must exit
// non-zero. Errors: as HttpClient; permission_denied where the platform wants no report any more.
Status post_init_error(const RuntimeOptions& options, const HandlerError& error);

}  // namespace fanfold
