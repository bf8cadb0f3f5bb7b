#include "orchestrator/local_host/runtime_session.h"

#include <string_view>
#include <utility>

#include "orchestrator/local_host/platform_text.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

constexpr std::string_view k_runtime_path = "/2018-06-01/runtime/";
constexpr std::string_view k_invocation_path = "invocation/";

RuntimeSession::Reaction refuse(int status, std::string_view type, std::string_view message) {
  ServerReply reply{.status = status, .headers = {}, .body = error_body(type, message)};
  reply.headers.add("Content-Type", "application/json");
  return {RuntimeSession::Reaction::Kind::reply, std::move(reply)};
}

RuntimeSession::Reaction refuse_state() {
  return refuse(403, "InvalidStateTransition", "Transition from the current state is not allowed.");
}

RuntimeSession::Reaction accept() {
  ServerReply reply{.status = 202, .headers = {}, .body = "{\"status\":\"OK\"}\n"};
  reply.headers.add("Content-Type", "application/json");
  return {RuntimeSession::Reaction::Kind::reply, std::move(reply)};
}

}  // namespace

void RuntimeSession::begin(const FunctionEvent& event) {
  m_event = &event;
  m_last_id = event.request_id;
  m_outcome.reset();
}

std::optional<FunctionOutcome> RuntimeSession::take_outcome() {
  return std::exchange(m_outcome, std::nullopt);
}

RuntimeSession::Reaction RuntimeSession::take(ServerRequest request) {
  const std::string path(request.path());
  std::string_view rest = path;
  if (!rest.starts_with(k_runtime_path)) return refuse(404, "NotFound", "There is no such path.");
  rest.remove_prefix(k_runtime_path.size());
  if (request.method == "GET" && rest == "invocation/next") return take_next();
  if (request.method != "POST") return refuse(404, "NotFound", "There is no such path.");
  if (rest == "init/error") return take_init_error(std::move(request));
  if (!rest.starts_with(k_invocation_path)) return refuse(404, "NotFound", "There is no such path.");

  rest.remove_prefix(k_invocation_path.size());
  const std::size_t slash = rest.find('/');
  const std::string_view verb = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  if (verb != "response" && verb != "error") return refuse(404, "NotFound", "There is no such path.");
  if (percent_decode(rest.substr(0, slash)) != m_last_id || m_last_id.empty()) {
    return refuse(400, "InvalidRequestID", "Invalid request ID");
  }
  const auto kind = verb == "response" ? FunctionOutcome::Kind::response : FunctionOutcome::Kind::error;
  return take_answer(std::move(request), kind);
}

RuntimeSession::Reaction RuntimeSession::take_next() {
  if (m_phase == Phase::stuck || m_phase == Phase::init_failed) return refuse_state();
  // While an event is unanswered, asking again gets the same one.
  m_phase = Phase::ready;
  return {Reaction::Kind::park, {}};
}

RuntimeSession::Reaction RuntimeSession::take_answer(ServerRequest request, FunctionOutcome::Kind kind) {
  if (m_phase != Phase::running) return refuse_state();
  const auto mode = request.headers.find("Lambda-Runtime-Function-Response-Mode");
  if (kind == FunctionOutcome::Kind::response && mode && *mode != "streaming") {
    m_phase = Phase::stuck;
    return refuse(400, "InvalidFunctionResponseMode", "Invalid function response mode");
  }
  if (!request.body_too_large) return finish(kind, std::move(request.body));
  const std::string message =
      fmt::format("Exceeded maximum allowed payload size ({} bytes).", HttpLimits{}.max_body_bytes);
  (void)finish(FunctionOutcome::Kind::error, error_body("Function.ResponseSizeTooLarge", message));
  return refuse(413, "RequestEntityTooLarge", message);
}

RuntimeSession::Reaction RuntimeSession::take_init_error(ServerRequest request) {
  if (m_phase != Phase::starting) return refuse_state();
  m_phase = Phase::init_failed;
  m_outcome = FunctionOutcome{FunctionOutcome::Kind::init_error, std::move(request.body)};
  return accept();
}

RuntimeSession::Reaction RuntimeSession::finish(FunctionOutcome::Kind kind, std::string body) {
  m_phase = Phase::answered;
  m_outcome = FunctionOutcome{kind, std::move(body)};
  return accept();
}

}  // namespace fanfold
