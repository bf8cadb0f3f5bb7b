#include "orchestrator/local_host/invoke_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/local_host/function_variables.h"
#include "runtime/core/uuid.h"
#include "runtime/net/base64.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

constexpr std::string_view k_invoke_prefix = "/2015-03-31/functions/";
constexpr std::string_view k_invoke_suffix = "/invocations";
constexpr std::string_view k_stream_prefix = "/2021-11-15/functions/";
constexpr std::string_view k_stream_suffix = "/response-streaming-invocations";
constexpr std::size_t k_max_client_context_bytes = 3583;
constexpr std::size_t k_max_async_bytes = std::size_t{1} << 20;

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

// A plain name, a partial or full ARN, each with or without the one version there is.
bool names_our_function(const LocalHostOptions& options, std::string_view name, std::string_view query) {
  const bool other_qualifier =
      !query.empty() && query != "Qualifier=$LATEST" && query != "Qualifier=%24LATEST";
  if (other_qualifier) return false;
  constexpr std::string_view k_latest = ":$LATEST";
  if (name.ends_with(k_latest)) name.remove_suffix(k_latest.size());
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string arn = function_arn(options);
    return arn.ends_with(":" + std::string(name)) || arn == name ||
           name.ends_with(":function:" + options.function_name);
  }
  return name == options.function_name;
}

// The name between prefix and suffix; empty where the path is not of that form.
std::string_view name_in(std::string_view path, std::string_view prefix, std::string_view suffix) {
  if (path.size() <= prefix.size() + suffix.size() || !path.starts_with(prefix) || !path.ends_with(suffix)) {
    return {};
  }
  return path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
}

ServerReply refuse_size(std::size_t limit) {
  return refuse_invocation(
      413, "RequestTooLargeException",
      fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation", limit));
}

Result<FunctionEvent> read_event(const ServerRequest& request, const LocalHostOptions& options) {
  FunctionEvent event;
  if (!request.body.empty() && !nlohmann::json::accept(request.body)) {
    return Error(ErrorKind::invalid_argument, "Could not parse request body into json");
  }
  event.request_id = Uuid::random_v4().to_string();
  event.payload = request.body.empty() ? "{}" : request.body;
  event.function_arn = function_arn(options);
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

std::optional<InvokeRequest::Type> type_named(std::string_view name, bool streaming) {
  using Type = InvokeRequest::Type;
  if (name.empty() || name == "RequestResponse") return streaming ? Type::stream : Type::wait;
  if (name == "DryRun") return Type::dry_run;
  if (name == "Event" && !streaming) return Type::event;
  return std::nullopt;
}

}  // namespace

ServerReply refuse_invocation(int status, std::string_view type, std::string_view message) {
  ServerReply reply{.status = status, .headers = {}, .body = {}};
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add("X-Amzn-RequestId", Uuid::random_v4().to_string());
  reply.headers.add("X-Amzn-ErrorType", type);
  const nlohmann::json document = {{"Type", status < 500 ? "User" : "Service"}, {"Message", message}};
  reply.body = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return reply;
}

ServerReply refuse_throttled(const Refusal& refusal) {
  ServerReply reply{.status = 429, .headers = {}, .body = {}};
  reply.headers.add("Content-Type", "application/json");
  reply.headers.add("X-Amzn-RequestId", Uuid::random_v4().to_string());
  reply.headers.add("X-Amzn-ErrorType", "TooManyRequestsException");
  reply.headers.add("Retry-After", std::to_string(refusal.retry_after.count()));
  const nlohmann::json document = {
      {"Reason", refusal.reason}, {"Type", "User"}, {"message", "Rate Exceeded."}};
  reply.body = document.dump();
  return reply;
}

std::variant<InvokeRequest, ServerReply> read_invoke_request(const ServerRequest& request,
                                                             const LocalHostOptions& options) {
  const std::string_view streamed = name_in(request.path(), k_stream_prefix, k_stream_suffix);
  const bool streaming = !streamed.empty();
  const std::string_view encoded =
      streaming ? streamed : name_in(request.path(), k_invoke_prefix, k_invoke_suffix);
  if (encoded.empty()) {
    return refuse_invocation(404, "UnknownOperationException",
                             "There is no such path; POST to /2015-03-31/functions/{name}/invocations or "
                             "/2021-11-15/functions/{name}/response-streaming-invocations.");
  }
  if (request.method != "POST") {
    return refuse_invocation(405, "UnknownOperationException", "Only POST invokes a function.");
  }
  const auto name = percent_decode(encoded);
  if (!name || !names_our_function(options, *name, request.query())) {
    return refuse_invocation(404, "ResourceNotFoundException",
                             fmt::format("Function not found: {}; this host serves {}", name.value_or("?"),
                                         function_arn(options)));
  }
  const std::string_view wanted = request.headers.value_or_empty("X-Amz-Invocation-Type");
  const auto type = type_named(wanted, streaming);
  if (!type) {
    return refuse_invocation(400, "InvalidParameterValueException",
                             fmt::format("There is no invocation type {} here", wanted));
  }
  if (request.body_too_large) return refuse_size(HttpLimits{}.max_body_bytes);
  if (*type == InvokeRequest::Type::event && request.body.size() > k_max_async_bytes) {
    return refuse_size(k_max_async_bytes);
  }
  auto event = read_event(request, options);
  if (!event) return refuse_invocation(400, "InvalidRequestContentException", event.error().message());
  return InvokeRequest{*type, request.headers.value_or_empty("X-Amz-Log-Type") == "Tail", std::move(*event)};
}

}  // namespace fanfold
