#include "orchestrator/local_host/runtime_session.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "orchestrator/local_host/api_replies.h"
#include "orchestrator/local_host/platform_text.h"
#include "runtime/net/base64.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

constexpr std::string_view k_runtime_path = "/2018-06-01/runtime/";
constexpr std::string_view k_invocation_path = "invocation/";
constexpr std::string_view k_mode_header = "Lambda-Runtime-Function-Response-Mode";
constexpr std::string_view k_error_type_header = "Lambda-Runtime-Function-Error-Type";
constexpr std::string_view k_error_body_header = "Lambda-Runtime-Function-Error-Body";
constexpr std::string_view k_cause_content_type = "application/vnd.aws.lambda.error.cause+json";

Reaction refuse_state() {
  return refuse_api(403, "InvalidStateTransition", "Transition from the current state is not allowed.");
}

struct AnswerPath {
  std::string id;
  FunctionOutcome::Kind kind = FunctionOutcome::Kind::response;
};

// `rest` of a path behind the API's version: invocation/{id}/response or /error.
std::optional<AnswerPath> answer_path(std::string_view rest) {
  if (!rest.starts_with(k_invocation_path)) return std::nullopt;
  rest.remove_prefix(k_invocation_path.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view verb = rest.substr(slash + 1);
  if (verb != "response" && verb != "error") return std::nullopt;
  return AnswerPath{percent_decode(rest.substr(0, slash)).value_or(std::string()),
                    verb == "response" ? FunctionOutcome::Kind::response : FunctionOutcome::Kind::error};
}

// The cause is for tracing; the caller does not see it.
std::string error_body_for_caller(ServerRequest& request) {
  if (request.headers.value_or_empty("Content-Type") != k_cause_content_type) return std::move(request.body);
  auto document = nlohmann::ordered_json::parse(request.body, nullptr, false);
  if (!document.is_object()) return std::move(request.body);
  document.erase("errorCause");
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string accepted_error_type(std::string_view type) {
  const bool of_function = type.starts_with("Function.");
  const std::string_view reason =
      of_function || type.starts_with("Runtime.") ? type.substr(type.find('.') + 1) : std::string_view();
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_letter = [&](char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); };
  const bool accepted =
      reason.size() > 1 && is_upper(reason.front()) && std::all_of(reason.begin(), reason.end(), is_letter);
  if (accepted) return std::string(type);
  return of_function ? "Function.Unknown" : "Runtime.Unknown";
}

std::optional<FunctionOutcome> RuntimeSession::take_outcome() {
  if (m_outcomes.empty()) return std::nullopt;
  FunctionOutcome outcome = std::move(m_outcomes.front());
  m_outcomes.pop_front();
  return outcome;
}

std::string RuntimeSession::streamed_id(const ServerRequest& head) const {
  const std::string_view path = head.path();
  if (head.method != "POST" || !path.starts_with(k_runtime_path)) return {};
  const auto answer = answer_path(path.substr(k_runtime_path.size()));
  const bool streams = answer && answer->kind == FunctionOutcome::Kind::response &&
                       head.headers.value_or_empty(k_mode_header) == "streaming" &&
                       verdict(answer->id) == Verdict::fine;
  return streams ? answer->id : std::string();
}

void RuntimeSession::truncate(const std::string& id) {
  if (verdict(id) != Verdict::fine) return;
  (void)finish(id, FunctionOutcome::Kind::error,
               error_body("Runtime.TruncatedResponse", "The streamed response ended before its end."),
               "Runtime.TruncatedResponse");
}

Reaction RuntimeSession::take(ServerRequest request) {
  const std::string path(request.path());
  if (!path.starts_with(k_runtime_path)) return refuse_path();
  const std::string_view rest = std::string_view(path).substr(k_runtime_path.size());
  if (request.method == "GET" && rest == "invocation/next") {
    if (!may_ask()) return refuse_state();
    m_initialised = true;
    return {Reaction::Kind::park, {}};
  }
  if (request.method != "POST") return refuse_path();
  if (rest == "init/error") return take_init_error(std::move(request));
  const auto answer = answer_path(rest);
  if (!answer) return refuse_path();
  return take_answer(std::move(request), answer->id, answer->kind);
}

Reaction RuntimeSession::take_answer(ServerRequest request, const std::string& id,
                                     FunctionOutcome::Kind kind) {
  switch (verdict(id)) {
    case Verdict::unknown_id:
      return refuse_api(400, "InvalidRequestID", "Invalid request ID");
    case Verdict::answered_before:
      return refuse_state();
    case Verdict::too_late:
      answered(id);
      return refuse_api(410, "InvokeTimeout", "The invocation has timed out.");
    case Verdict::fine:
      break;
  }
  const bool is_error = kind == FunctionOutcome::Kind::error;
  const auto mode = request.headers.find(k_mode_header);
  if (!is_error && mode && *mode != "streaming") {
    broke_response_mode();
    return refuse_api(400, "InvalidFunctionResponseMode", "Invalid function response mode");
  }
  if (is_error && request.body.size() > max_error_bytes()) {
    return refuse_api(413, "RequestEntityTooLarge", "The error is too large.");
  }
  if (request.body_too_large) {
    const std::string message =
        fmt::format("Exceeded maximum allowed payload size ({} bytes).", HttpLimits{}.max_body_bytes);
    (void)finish(id, FunctionOutcome::Kind::error, error_body("Function.ResponseSizeTooLarge", message),
                 "Function.ResponseSizeTooLarge");
    return refuse_api(413, "RequestEntityTooLarge", message);
  }
  if (is_error) {
    return finish(id, kind, error_body_for_caller(request),
                  accepted_error_type(request.headers.value_or_empty(k_error_type_header)));
  }
  // A response may fail after its beginning has been sent; the trailers say so.
  const std::string_view late_type = request.trailers.value_or_empty(k_error_type_header);
  if (late_type.empty()) return finish(id, kind, std::move(request.body), {});
  auto body = base64_decode(request.trailers.value_or_empty(k_error_body_header));
  const std::string type = accepted_error_type(late_type);
  if (!body || body->empty()) body = error_body(type, "The function failed while it answered.");
  return finish(id, FunctionOutcome::Kind::error, std::move(*body), type);
}

Reaction RuntimeSession::take_init_error(ServerRequest request) {
  if (m_initialised || !may_fail_init()) return refuse_state();
  init_failed();
  m_outcomes.push_back({FunctionOutcome::Kind::init_error,
                        {},
                        error_body_for_caller(request),
                        accepted_error_type(request.headers.value_or_empty(k_error_type_header))});
  return accept_api();
}

Reaction RuntimeSession::finish(const std::string& id, FunctionOutcome::Kind kind, std::string body,
                                std::string type) {
  const std::string own_id = id;
  answered(own_id);
  m_outcomes.push_back({kind, own_id, std::move(body), std::move(type)});
  return accept_api();
}

}  // namespace fanfold
