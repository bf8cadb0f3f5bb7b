// The function runtime: asks the Runtime API for events, hands each to a handler, posts what it returns. A
// program is options_from_environment() and one of the run functions; runtime/example/echo.cc is a whole one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold {

class ResponseStream;

// One event. The views live as long as the handler's call; what the platform did not send is empty.
struct Invocation {
  std::string_view request_id;
  std::string_view payload;       // any bytes, JSON as a rule
  std::string_view content_type;  // of the payload
  std::string_view function_arn;
  std::string_view trace_id;
  std::string_view client_context;    // JSON text
  std::string_view cognito_identity;  // JSON text
  std::string_view tenant_id;
  // time_point::max() where the platform named none.
  std::chrono::system_clock::time_point deadline = std::chrono::system_clock::time_point::max();
  // So long before the deadline a handler is told to stop, so that it can still report.
  std::chrono::milliseconds deadline_margin{0};
  // Stop is requested at the deadline less its margin, and when the process is being shut down. Callbacks run
  // on a thread with a small stack and must not block.
  std::stop_token stop{};

  // Until the deadline by the wall clock, never below zero; milliseconds::max() without a deadline.
  std::chrono::milliseconds remaining() const;
  // To be asked between units of work. After a stop was requested: timeout near the deadline, else cancelled.
  Status keep_going() const;
};

// What the caller gets as {"errorType", "errorMessage", "stackTrace"}. The platform's own records know types
// of the forms "Function.Reason" and "Runtime.Reason", letters only, and show others as Function.Error.
struct HandlerError {
  std::string type{};
  std::string message{};
  std::vector<std::string> stack_trace{};
};

// Returns the response or the error. What it throws is posted as an error too, with the names of nested
// exceptions as its stack trace; after std::bad_alloc the process ends as well.
using Handler = std::function<std::variant<std::string, HandlerError>(const Invocation&)>;
// Writes its response piece by piece (runtime/invoke/response_stream.h); an error may come at any time.
using StreamingHandler = std::function<std::optional<HandlerError>(const Invocation&, ResponseStream&)>;

struct RuntimeOptions {
  std::string api{};  // host:port
  std::string response_content_type = "application/json";
  // Longer ones are refused on our side: an event by an error of type Runtime.EventTooLarge, a response by
  // Function.ResponseSizeTooLarge before anything is sent, a stream by an error of its write().
  std::size_t max_event_bytes = 6 * 1024 * 1024 + 100;
  std::size_t max_response_bytes = 6 * 1024 * 1024 + 100;
  std::uint64_t max_streamed_bytes = std::uint64_t{200} * 1024 * 1024;
  // Invocation::deadline_margin; a tenth of the time at hand where that is less.
  std::chrono::milliseconds deadline_margin{500};
  // Invocations served at once, each worker with a connection of its own. Nothing: one, the classic mode, in
  // which alone _X_AMZN_TRACE_ID is set in the environment for each event, so that no thread of the handler
  // may read the environment when the next one begins.
  std::optional<unsigned> max_concurrency{};
  // SIGTERM is asked for (by registering as an internal extension without events) and handled.
  bool graceful_shutdown = true;
  // From SIGTERM to the end of the process, at the latest: also after run() has returned.
  std::chrono::milliseconds shutdown_grace{250};
};

// Reads AWS_LAMBDA_RUNTIME_API and AWS_LAMBDA_MAX_CONCURRENCY. Error: invalid_argument when the first is
// unset or not host:port.
Result<RuntimeOptions> options_from_environment();

// All three serve events until the process is to end, and return its exit code: 0 after SIGTERM, else
// non-zero (the platform can no longer be reached, or refuses to go on). On SIGTERM idle workers leave at
// once, running handlers are told to stop, and nothing new begins. With max_concurrency the handler is called
// by several threads at once. A failed connection of one worker ends the process in order: the others finish
// what they run. To be called once in a process, before it has other threads.
int run(const RuntimeOptions& options, const Handler& handler);
int run_streaming(const RuntimeOptions& options, const StreamingHandler& handler);
// A handler for each worker, made before the first event is asked for; what `make` throws is an init error.
int run_workers(const RuntimeOptions& options, const std::function<Handler()>& make);

// Reports that the program could not start. To be called instead of a run function, after which the process
// must exit non-zero at once. Errors: transient where the platform cannot be reached; permission_denied where
// it wants no report any more; internal for another refusal.
Status post_init_error(const RuntimeOptions& options, const HandlerError& error);

}  // namespace fanfold
