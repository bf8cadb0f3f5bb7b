#include "orchestrator/local_host/invoke_api.h"

#include <array>
#include <utility>

#include "orchestrator/local_host/platform_text.h"
#include "runtime/net/base64.h"

namespace fanfold {
namespace {

constexpr std::size_t k_log_result_bytes = 4096;
constexpr std::chrono::minutes k_stream_patience{1};

std::string log_result(std::string_view log) {
  return base64_encode(log.substr(log.size() - std::min(log.size(), k_log_result_bytes)));
}

HttpHeaders answer_headers(const FunctionEvent& event) {
  HttpHeaders headers;
  headers.add("X-Amzn-RequestId", event.request_id);
  headers.add("X-Amzn-Trace-Id", event.trace_id);
  headers.add("X-Amz-Executed-Version", "$LATEST");
  return headers;
}

// What became of a call, as far as its caller is concerned.
struct Answer {
  std::string body;
  std::string error_type;  // empty: all is well
  std::string log;
};

// The answer, or a refusal.
std::variant<Answer, ServerReply> answer_of(FunctionCalls::Outcome outcome, const FunctionEvent& event) {
  if (outcome.refusal) return refuse_throttled(*outcome.refusal);
  if (outcome.error) {
    const ErrorKind kind = outcome.error->kind();
    if (kind == ErrorKind::cancelled) {
      return refuse_invocation(503, "ServiceException", "The function host is stopping.");
    }
    const bool bad_program = kind == ErrorKind::not_found || kind == ErrorKind::permission_denied;
    if (!bad_program) return refuse_invocation(500, "ServiceException", outcome.error->message());
    return Answer{
        entrypoint_error_body(event.request_id, outcome.error->message()), "Runtime.InvalidEntrypoint", {}};
  }
  InvocationResult& result = *outcome.result;
  if (result.kind == InvocationResult::Kind::stopped) {
    return refuse_invocation(503, "ServiceException", "The function host is stopping.");
  }
  Answer answer{std::move(result.body), std::move(result.error_type), std::move(result.log)};
  const bool failed = result.kind != InvocationResult::Kind::response;
  if (failed && answer.error_type.empty()) answer.error_type = "Runtime.Unknown";
  return answer;
}

}  // namespace

ServerReply InvokeApi::handle(const ServerRequest& request) {
  auto read = read_invoke_request(request, m_options);
  if (auto* refusal = std::get_if<ServerReply>(&read)) return std::move(*refusal);
  InvokeRequest& invoke_request = std::get<InvokeRequest>(read);
  switch (invoke_request.type) {
    case InvokeRequest::Type::dry_run:
      return {.status = 204, .headers = answer_headers(invoke_request.event), .body = {}};
    case InvokeRequest::Type::event:
      return invoke_later(std::move(invoke_request));
    case InvokeRequest::Type::stream:
      return invoke_streaming(invoke_request, request.peer_fd);
    case InvokeRequest::Type::wait:
      break;
  }
  return invoke(invoke_request, request.peer_fd);
}

ServerReply InvokeApi::invoke_later(InvokeRequest request) {
  ServerReply reply{.status = 202, .headers = {}, .body = {}};
  reply.headers.add("X-Amzn-RequestId", request.event.request_id);
  reply.headers.add("X-Amzn-Trace-Id", request.event.trace_id);
  if (m_async_calls.submit(std::move(request.event))) return reply;
  return refuse_throttled({"CallerRateLimitExceeded", std::chrono::seconds(1)});
}

ServerReply InvokeApi::invoke(const InvokeRequest& request, int caller_fd) {
  const Report report = request.log_tail ? Report::yes : Report::no;
  auto answered = answer_of(m_calls.call(request.event, report, caller_fd, nullptr), request.event);
  if (auto* refusal = std::get_if<ServerReply>(&answered)) return std::move(*refusal);
  Answer& answer = std::get<Answer>(answered);
  ServerReply reply{.status = 200, .headers = answer_headers(request.event), .body = std::move(answer.body)};
  reply.headers.add("Content-Type", "application/json");
  if (!answer.error_type.empty()) reply.headers.add("X-Amz-Function-Error", "Unhandled");
  if (request.log_tail) reply.headers.add("X-Amz-Log-Result", log_result(answer.log));
  return reply;
}

// The head of the answer goes out with its first piece, so that a refusal is still an ordinary reply.
ServerReply InvokeApi::invoke_streaming(const InvokeRequest& request, int caller_fd) {
  CallerStream stream(caller_fd, answer_headers(request.event),
                      {m_options.stream_free_bytes, m_options.stream_bytes_per_second});
  const Report report = request.log_tail ? Report::yes : Report::no;
  auto answered = answer_of(m_calls.call(request.event, report, caller_fd, &stream), request.event);
  StreamEnd end;
  if (auto* refusal = std::get_if<ServerReply>(&answered)) {
    if (!stream.started()) return std::move(*refusal);
    end = {"ServiceException", refusal->body, {}};
  } else {
    Answer& answer = std::get<Answer>(answered);
    const bool failed = !answer.error_type.empty();
    if (!failed && !answer.body.empty()) stream.add(answer.body);
    end.error_code = answer.error_type;
    if (failed) end.error_details = std::move(answer.body);
    if (request.log_tail) end.log_result = log_result(answer.log);
  }
  const std::array<int, 1> interrupts{m_stopping.fd()};
  const Deadline deadline = std::chrono::steady_clock::now() + k_stream_patience;
  ServerReply reply;
  reply.already_sent = true;
  reply.close = !stream.finish(end, {deadline, interrupts});
  return reply;
}

}  // namespace fanfold
