#include "runtime/invoke/runtime_api.h"

#include <array>
#include <charconv>

#include "runtime/core/log.h"
#include "runtime/core/printable.h"
#include "runtime/invoke/error_document.h"
#include "runtime/net/http_grammar.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view k_base = "/2018-06-01/runtime/";
// After a failed GET /next: at once on a fresh connection (the old one is often stale after a thaw), then
// with pauses.
constexpr std::array<milliseconds, 5> k_next_pauses{milliseconds(0), milliseconds(50), milliseconds(100),
                                                    milliseconds(200), milliseconds(400)};
// The year 2255, before the clock's nanoseconds end.
constexpr std::int64_t k_max_deadline_ms = 9'000'000'000'000;

// Unreadable as absent: a handler without a deadline is better than no handler.
SystemTime read_deadline(std::string_view text) {
  std::uint64_t unix_ms = 0;
  if (parse_http_number(text, 10, unix_ms) && unix_ms <= k_max_deadline_ms) {
    return SystemTime(milliseconds(unix_ms));
  }
  if (!text.empty()) log::warning("an event's deadline is '{}', which is no time", printable(text));
  return SystemTime::max();
}

bool may_ask_again(const Error& error) {
  return error.kind() == ErrorKind::transient || error.kind() == ErrorKind::timeout ||
         error.kind() == ErrorKind::corrupt_data;
}

std::string invocation_path(std::string_view request_id, std::string_view what) {
  return fmt::format("invocation/{}/{}", percent_encode(request_id), what);
}

}  // namespace

RuntimeApi::RuntimeApi(const RuntimeOptions& options, ApiAddress address, Clock& clock)
    : m_connection(std::move(address), {.max_body_bytes = options.max_event_bytes}),
      m_clock(&clock),
      m_common(fmt::format("Host: {}\r\nUser-Agent: fanfold/" FANFOLD_VERSION "\r\n", options.api)),
      m_next_head(fmt::format("GET {}invocation/next HTTP/1.1\r\n{}\r\n", k_base, m_common)),
      m_content_type(options.response_content_type),
      m_max_streamed_bytes(options.max_streamed_bytes) {}

Result<std::unique_ptr<RuntimeApi>> RuntimeApi::create(const RuntimeOptions& options, Clock& clock) {
  FANFOLD_ASSIGN(ApiAddress address, ApiAddress::parse(options.api));
  if (options.response_content_type.empty() || !is_field_value(options.response_content_type)) {
    return Error(ErrorKind::invalid_argument, "the responses' content type is empty or holds control bytes");
  }
  return std::unique_ptr<RuntimeApi>(new RuntimeApi(options, std::move(address), clock));
}

void RuntimeApi::ask_next() {
  m_asked = m_connection.send(m_next_head, {});
}

// An event, or what kept it away. A transient error or one of corrupt data is worth another try: asking again
// gives the same event.
Status RuntimeApi::hear_next() {
  for (;;) {
    FANFOLD_TRY(m_asked);
    const Status received = m_connection.receive(ApiConnection::Waiting::until_interrupted);
    const bool readable = received || m_connection.answer().body_too_large();
    if (!readable) return received.error();
    FANFOLD_TRY(judge_next());
    if (received) return {};
    FANFOLD_TRY(refuse_event());
    ask_next();
  }
}

Status RuntimeApi::judge_next() const {
  const HttpResponseParser& answer = m_connection.answer();
  const bool odd = answer.status() < 300;  // 204, or an event that could not be answered
  if (answer.status() == 200 && !answer.header("Lambda-Runtime-Aws-Request-Id").empty()) return {};
  if (odd) {
    return make_error(
        ErrorKind::corrupt_data,
        "the Runtime API at {} answered GET next with {} and without a Lambda-Runtime-Aws-Request-Id",
        m_connection.address().text(), answer.status());
  }
  const bool whole = answer.state() == HttpResponseParser::State::complete;
  return make_error(ErrorKind::internal, "the Runtime API at {} answered GET next with {} {}",
                    m_connection.address().text(), answer.status(),
                    whole ? printable(platform_error_type(answer.body())) : "");
}

// The answer of GET next has been given up in its middle. Its caller is told, and the loop goes on with the
// next event, unless the refusal is not taken: the same event would come again for ever.
Status RuntimeApi::refuse_event() {
  const std::string id(m_connection.answer().header("Lambda-Runtime-Aws-Request-Id"));
  const HandlerError error{"Runtime.EventTooLarge", "the event is longer than this function takes", {}};
  log::error("{}: {}: {}", printable(id), error.type, error.message);
  const Verdict verdict = post_error(id, error);
  const bool taken =
      verdict == Verdict::go_on && m_connection.answer().has_head() && m_connection.answer().status() < 300;
  if (taken) return {};
  return make_error(ErrorKind::internal, "an event that is too long could not be refused");
}

Result<Invocation> RuntimeApi::await_next() {
  Status status = hear_next();
  for (const milliseconds pause : k_next_pauses) {
    if (status || !may_ask_again(status.error()) || m_connection.is_interrupted()) break;
    log::info("asking for the next event again: {}", status.error().message());
    if (pause.count() > 0) m_clock->sleep_for(pause);
    m_connection.drop();
    ask_next();
    status = hear_next();
  }
  if (status) return read_invocation();
  if (m_connection.is_interrupted()) return Error(ErrorKind::cancelled, "the wait for an event was ended");
  return status.error();
}

Invocation RuntimeApi::read_invocation() const {
  const HttpResponseParser& answer = m_connection.answer();
  Invocation invocation;
  invocation.request_id = answer.header("Lambda-Runtime-Aws-Request-Id");
  invocation.payload = answer.body();
  invocation.content_type = answer.header("Content-Type");
  invocation.function_arn = answer.header("Lambda-Runtime-Invoked-Function-Arn");
  invocation.trace_id = answer.header("Lambda-Runtime-Trace-Id");
  invocation.client_context = answer.header("Lambda-Runtime-Client-Context");
  invocation.cognito_identity = answer.header("Lambda-Runtime-Cognito-Identity");
  invocation.tenant_id = answer.header("Lambda-Runtime-Aws-Tenant-Id");
  invocation.deadline = read_deadline(answer.header("Lambda-Runtime-Deadline-Ms"));
  return invocation;
}

std::string RuntimeApi::post_head(std::string_view path) const {
  return fmt::format("POST {}{} HTTP/1.1\r\n{}", k_base, path, m_common);
}

std::string RuntimeApi::error_head(std::string_view path, const HandlerError& error,
                                   std::string_view document) const {
  const std::string cause = xray_cause(error);
  std::string head = post_head(path);
  fmt::format_to(std::back_inserter(head),
                 "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: {}\r\n",
                 error_category(error.type));
  if (!cause.empty()) head.append("Lambda-Runtime-Function-XRay-Error-Cause: ").append(cause).append("\r\n");
  fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n\r\n", document.size());
  return head;
}

Verdict RuntimeApi::post_response(std::string_view request_id, std::string_view body) {
  // The id lives in the answer that the post's own answer will replace.
  const std::string id(request_id);
  const std::string head =
      fmt::format("{}Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
                  post_head(invocation_path(id, "response")), m_content_type, body.size());
  return post(id, "response", head, body);
}

Verdict RuntimeApi::post_error(std::string_view request_id, const HandlerError& error) {
  const std::string id(request_id);
  const std::string document = error_document(error);
  return post(id, "error", error_head(invocation_path(id, "error"), error, document), document);
}

Status RuntimeApi::post_init_error(const HandlerError& error) {
  const std::string document = error_document(error);
  FANFOLD_TRY(m_connection.send(error_head("init/error", error, document), document));
  FANFOLD_TRY(m_connection.receive());
  const HttpResponseParser& answer = m_connection.answer();
  if (answer.status() < 300) return {};
  return make_error(answer.status() == 403 ? ErrorKind::permission_denied : ErrorKind::internal,
                    "the Runtime API at {} answered POST init/error with {} {}",
                    m_connection.address().text(), answer.status(),
                    printable(platform_error_type(answer.body())));
}

Verdict RuntimeApi::post(std::string_view request_id, std::string_view what, std::string_view head,
                         std::string_view body) {
  const auto exchange = [&]() -> Status {
    FANFOLD_TRY(m_connection.send(head, body));
    return m_connection.receive();
  };
  Status status = exchange();
  if (status) return judge_post(request_id, what, false);
  log::info("posting the {} of {} again: {}", what, printable(request_id), status.error().message());
  const bool may_have_arrived = m_connection.has_sent();
  m_connection.drop();
  status = exchange();
  if (status) return judge_post(request_id, what, may_have_arrived);
  // The next GET next finds out whether the platform is gone; an event still unanswered comes again.
  log::error("the {} of {} could not be posted: {}", what, printable(request_id), status.error().message());
  return Verdict::go_on;
}

Verdict RuntimeApi::judge_post(std::string_view request_id, std::string_view what, bool repeated) const {
  const HttpResponseParser& answer = m_connection.answer();
  const int status = answer.status();
  if (status >= 200 && status < 300) return Verdict::go_on;
  const std::string type = platform_error_type(answer.body());
  const bool leave = status >= 500 || type == "InvalidFunctionResponseMode";
  const bool had_arrived = repeated && (status == 400 || status == 403) && !leave;
  if (had_arrived) return Verdict::go_on;
  if (status == 413) {
    // The caller already knows; an error posted now would be refused.
    log::error("the {} of {} is longer than the platform takes", what, printable(request_id));
    return Verdict::go_on;
  }
  log::error("the platform answered the {} of {} with {} {}{}", what, printable(request_id), status,
             printable(type), leave ? "; leaving" : "");
  return leave ? Verdict::leave : Verdict::go_on;
}

ResponseStream RuntimeApi::begin_stream(std::string_view request_id) {
  return ResponseStream(m_connection, post_head(invocation_path(request_id, "response")),
                        {.max_bytes = m_max_streamed_bytes});
}

Verdict RuntimeApi::end_stream(std::string_view request_id, ResponseStream& stream,
                               const HandlerError* error) {
  if (error != nullptr && !stream.has_begun()) return post_error(request_id, *error);
  const std::string id(request_id);
  const Status ended = stream.end(error);
  // A refusal may have come before the end.
  const Status received = m_connection.receive();
  if (!ended) m_connection.drop();
  if (received) return judge_post(id, "response", false);
  m_connection.drop();
  log::error("the response of {} was lost on its way", printable(id));
  return post_error(id,
                    {"Runtime.ResponseLost", "the connection was lost in the middle of the response", {}});
}

}  // namespace fanfold
