#include "orchestrator/local_host/invoke_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/local_host/function_variables.h"
#include "orchestrator/local_host/platform_text.h"
#include "runtime/core/uuid.h"
#include "runtime/net/base64.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

constexpr std::string_view k_functions_path = "/2015-03-31/functions/";
constexpr std::string_view k_invocations = "/invocations";
constexpr std::size_t k_max_client_context_bytes = 3583;
constexpr std::size_t k_log_result_bytes = 4096;

// A refusal by the platform: the function was not called.
ServerReply refuse(int status, std::string_view type, std::string_view message) {
  ServerReply reply{.status = status, .headers = {}, .body = {}};
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add("X-Amzn-ErrorType", type);
  const nlohmann::json document = {{"Type", status < 500 ? "User" : "Service"}, {"Message", message}};
  reply.body = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return reply;
}

ServerReply refuse_throttled() {
  ServerReply reply{.status = 429, .headers = {}, .body = {}};
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add("X-Amzn-ErrorType", "TooManyRequestsException");
  reply.headers.add("Retry-After", "1");
  const nlohmann::json document = {{"Reason", "ReservedFunctionConcurrentInvocationLimitExceeded"},
                                   {"Type", "User"},
                                   {"message", "Rate Exceeded."}};
  reply.body = document.dump();
  return reply;
}

// Control bytes would end the header line that carries the text; in JSON they are blanks or forbidden.
std::string without_control_bytes(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return text;
}

std::string new_trace_id() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto seconds = static_cast<std::uint32_t>(now.time_since_epoch().count());
  return fmt::format("Root=1-{:08x}-{:016x}{:08x};Parent={:016x};Sampled=0", seconds, random_u64(),
                     static_cast<std::uint32_t>(random_u64()), random_u64());
}

double milliseconds(std::chrono::nanoseconds duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

// START, what the function printed, END, REPORT: the last 4 KB of it.
std::string log_result(const LocalHostOptions& options, const FunctionEvent& event,
                       const InvocationResult& result) {
  std::string text = fmt::format("START RequestId: {} Version: $LATEST\n", event.request_id);
  text += result.log;
  if (text.back() != '\n') text.push_back('\n');
  text += fmt::format(
      "END RequestId: {0}\nREPORT RequestId: {0}\tDuration: {1:.2f} ms\tBilled Duration: {2:.0f} ms\t"
      "Memory Size: {3} MB\tMax Memory Used: {4} MB",
      event.request_id, milliseconds(result.duration), milliseconds(result.duration) + 0.5, options.memory_mb,
      (result.peak_memory_bytes + (1 << 20) - 1) >> 20);
  if (result.init_duration.count() > 0) {
    text += fmt::format("\tInit Duration: {:.2f} ms", milliseconds(result.init_duration));
  }
  text.push_back('\n');
  if (text.size() > k_log_result_bytes) text.erase(0, text.size() - k_log_result_bytes);
  return base64_encode(text);
}

}  // namespace

ServerReply InvokeApi::handle(const ServerRequest& request) {
  const std::string_view path = request.path();
  if (!path.starts_with(k_functions_path) || !path.ends_with(k_invocations) ||
      path.size() <= k_functions_path.size() + k_invocations.size()) {
    return refuse(404, "UnknownOperationException",
                  "There is no such path; POST to "
                  "/2015-03-31/functions/{name}/invocations.");
  }
  if (request.method != "POST")
    return refuse(405, "UnknownOperationException", "Only POST invokes a function.");
  const auto name = percent_decode(
      path.substr(k_functions_path.size(), path.size() - k_functions_path.size() - k_invocations.size()));
  if (!name || !names_our_function(*name, request.query())) {
    return refuse(404, "ResourceNotFoundException",
                  fmt::format("Function not found: {}; this host serves {}", name.value_or("?"),
                              function_arn(m_options)));
  }
  if (request.body_too_large) {
    return refuse(413, "RequestTooLargeException",
                  fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation",
                              HttpLimits{}.max_body_bytes));
  }
  const std::string_view type = request.headers.value_or_empty("X-Amz-Invocation-Type");
  if (type == "DryRun") return {.status = 204, .headers = {}, .body = {}};
  if (!type.empty() && type != "RequestResponse") {
    return refuse(
        400, "InvalidParameterValueException",
        fmt::format("This host knows the invocation types RequestResponse and DryRun, not {}", type));
  }
  return invoke(request);
}

// A plain name, a partial or full ARN, each with or without the one version there is.
bool InvokeApi::names_our_function(std::string_view name, std::string_view query) const {
  const bool other_qualifier =
      !query.empty() && query != "Qualifier=$LATEST" && query != "Qualifier=%24LATEST";
  if (other_qualifier) return false;
  constexpr std::string_view k_latest = ":$LATEST";
  if (name.ends_with(k_latest)) name.remove_suffix(k_latest.size());
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string arn = function_arn(m_options);
    return arn.ends_with(":" + std::string(name)) || arn == name ||
           name.ends_with(":function:" + m_options.function_name);
  }
  return name == m_options.function_name;
}

Result<FunctionEvent> InvokeApi::read_event(const ServerRequest& request) const {
  FunctionEvent event;
  if (!request.body.empty() && !nlohmann::json::accept(request.body)) {
    return Error(ErrorKind::invalid_argument, "Could not parse request body into json");
  }
  event.request_id = Uuid::random_v4().to_string();
  event.payload = request.body.empty() ? "{}" : request.body;
  event.function_arn = function_arn(m_options);
  const auto trace = request.headers.value_or_empty("X-Amzn-Trace-Id");
  event.trace_id = trace.empty() ? new_trace_id() : std::string(trace);
  event.tenant_id = request.headers.value_or_empty("X-Amz-Tenant-Id");
  const auto context = request.headers.value_or_empty("X-Amz-Client-Context");
  auto decoded = base64_decode(context);
  if (context.size() > k_max_client_context_bytes || !decoded ||
      (!decoded->empty() && !nlohmann::json::accept(*decoded))) {
    return Error(ErrorKind::invalid_argument, "Client context must be a valid Base64-encoded JSON object");
  }
  event.client_context = without_control_bytes(std::move(*decoded));
  return event;
}

ServerReply InvokeApi::invoke(const ServerRequest& request) {
  const Result<FunctionEvent> event = read_event(request);
  if (!event) return refuse(400, "InvalidRequestContentException", event.error().message());
  Result<std::unique_ptr<Environment>> environment = m_pool.acquire();
  if (!environment && environment.error().kind() == ErrorKind::throttled) return refuse_throttled();
  if (!environment) return reply_to_failed_start(*event, environment.error());
  const bool tail = request.headers.value_or_empty("X-Amz-Log-Type") == "Tail";
  InvocationResult result = (*environment)->invoke(*event, tail ? Report::yes : Report::no, request.peer_fd);
  m_pool.release(std::move(*environment), result.kind);
  if (result.kind == InvocationResult::Kind::stopped) {
    return refuse(503, "ServiceException", "The function host is stopping.");
  }
  return reply_with(request, *event, std::move(result));
}

ServerReply InvokeApi::reply_to_failed_start(const FunctionEvent& event, const Error& error) const {
  const bool bad_program =
      error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::permission_denied;
  if (!bad_program) return refuse(500, "ServiceException", error.message());
  ServerReply reply{
      .status = 200, .headers = {}, .body = entrypoint_error_body(event.request_id, error.message())};
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add("X-Amzn-RequestId", event.request_id);
  reply.headers.add("X-Amz-Function-Error", "Unhandled");
  return reply;
}

ServerReply InvokeApi::reply_with(const ServerRequest& request, const FunctionEvent& event,
                                  InvocationResult result) const {
  ServerReply reply;
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add("X-Amzn-RequestId", event.request_id);
  reply.headers.add("X-Amzn-Trace-Id", event.trace_id);
  reply.headers.add("X-Amz-Executed-Version", "$LATEST");
  if (result.kind != InvocationResult::Kind::response) reply.headers.add("X-Amz-Function-Error", "Unhandled");
  if (request.headers.value_or_empty("X-Amz-Log-Type") == "Tail") {
    reply.headers.add("X-Amz-Log-Result", log_result(m_options, event, result));
  }
  reply.body = std::move(result.body);
  return reply;
}

}  // namespace fanfold
