#include "runtime/invoke/runtime_api.h"

#include <array>
#include <charconv>

#include "runtime/core/log.h"
#include "runtime/invoke/error_document.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

// The platform's limit is 6 MiB and 100 bytes; emulators that allow more are no reason to fail.
constexpr std::size_t k_max_event_bytes = std::size_t{256} * 1024 * 1024;
constexpr std::size_t k_max_answer_bytes = std::size_t{1} * 1024 * 1024;
constexpr milliseconds k_connect_timeout{1'000};
// After a failed GET /next: at once on a fresh connection (the old one is often stale after a thaw), then
// with pauses.
constexpr std::array<milliseconds, 5> k_next_pauses{milliseconds(0), milliseconds(50), milliseconds(100),
                                                    milliseconds(200), milliseconds(400)};

std::string_view header(const HttpResponse& response, std::string_view name) {
  return response.headers.value_or_empty(name);
}

// The year 2262 is where the clock's nanoseconds end.
constexpr std::int64_t k_max_deadline_ms = 9'000'000'000'000;

SystemTime read_deadline(std::string_view text) {
  std::int64_t unix_ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), unix_ms);
  const bool sane = error == std::errc() && end == text.data() + text.size() && unix_ms >= 0;
  if (!sane || unix_ms > k_max_deadline_ms) return SystemTime::max();
  return SystemTime(milliseconds(unix_ms));
}

}  // namespace

RuntimeApi::RuntimeApi(HttpClient client, const RuntimeOptions& options, Clock& clock)
    : m_client(std::move(client)),
      m_clock(&clock),
      m_base_url("http://" + options.api + "/2018-06-01/runtime") {
  m_next_request.url = m_base_url + "/invocation/next";
  m_next_request.connect_timeout = k_connect_timeout;
}

Result<RuntimeApi> RuntimeApi::create(const RuntimeOptions& options, Clock& clock) {
  FANFOLD_ASSIGN(HttpClient client, HttpClient::create());
  return RuntimeApi(std::move(client), options, clock);
}

Status RuntimeApi::request_next() {
  m_next_request.fresh_connection = false;
  Status status = m_client.perform_into(m_next_request, k_max_event_bytes, m_event);
  for (const milliseconds pause : k_next_pauses) {
    const bool gone = !status && (status.error().kind() == ErrorKind::transient ||
                                  status.error().kind() == ErrorKind::timeout);
    if (!gone) break;
    log::info("asking for the next event again: {}", status.error().message());
    if (pause.count() > 0) m_clock->sleep_for(pause);
    m_next_request.fresh_connection = true;
    status = m_client.perform_into(m_next_request, k_max_event_bytes, m_event);
  }
  return status;
}

Result<Invocation> RuntimeApi::next() {
  FANFOLD_TRY(request_next());
  if (m_event.status != 200) {
    return make_error(ErrorKind::internal, "the platform answered GET {} with {} {}", m_next_request.url,
                      m_event.status, platform_error_type(m_event.body));
  }
  return read_invocation();
}

Result<Invocation> RuntimeApi::read_invocation() const {
  Invocation invocation;
  invocation.request_id = header(m_event, "Lambda-Runtime-Aws-Request-Id");
  if (invocation.request_id.empty()) {
    return make_error(ErrorKind::corrupt_data, "the event from GET {} has no Lambda-Runtime-Aws-Request-Id",
                      m_next_request.url);
  }
  invocation.payload = m_event.body;
  invocation.function_arn = header(m_event, "Lambda-Runtime-Invoked-Function-Arn");
  invocation.trace_id = header(m_event, "Lambda-Runtime-Trace-Id");
  invocation.client_context = header(m_event, "Lambda-Runtime-Client-Context");
  invocation.cognito_identity = header(m_event, "Lambda-Runtime-Cognito-Identity");
  invocation.tenant_id = header(m_event, "Lambda-Runtime-Aws-Tenant-Id");
  invocation.deadline = read_deadline(header(m_event, "Lambda-Runtime-Deadline-Ms"));
  return invocation;
}

Verdict RuntimeApi::post_response(std::string_view request_id, std::string_view body) {
  HttpRequest request{.method = "POST",
                      .url = fmt::format("{}/invocation/{}/response", m_base_url, percent_encode(request_id)),
                      .headers = {{"Content-Type", "application/json"}},
                      .body = body,
                      .total_timeout = std::nullopt,
                      .connect_timeout = k_connect_timeout};
  return post(request_id, "response", std::move(request));
}

Verdict RuntimeApi::post_error(std::string_view request_id, const HandlerError& error) {
  const std::string document = error_document(error);
  std::string url = fmt::format("{}/invocation/{}/error", m_base_url, percent_encode(request_id));
  return post(request_id, "error", error_request(std::move(url), error, document));
}

Status RuntimeApi::post_init_error(const HandlerError& error) {
  const std::string document = error_document(error);
  const HttpRequest request = error_request(m_base_url + "/init/error", error, document);
  FANFOLD_TRY(m_client.perform_into(request, k_max_answer_bytes, m_answer));
  if (m_answer.status < 300) return {};
  return make_error(m_answer.status == 403 ? ErrorKind::permission_denied : ErrorKind::internal,
                    "the platform answered POST {} with {} {}", request.url, m_answer.status,
                    platform_error_type(m_answer.body));
}

HttpRequest RuntimeApi::error_request(std::string url, const HandlerError& error,
                                      std::string_view document) const {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", "application/json"},
                      {"Lambda-Runtime-Function-Error-Type", error_category(error.type)}},
          .body = document,
          .total_timeout = std::nullopt,
          .connect_timeout = k_connect_timeout};
}

Verdict RuntimeApi::post(std::string_view request_id, std::string_view what, HttpRequest request) {
  Status status = m_client.perform_into(request, k_max_answer_bytes, m_answer);
  if (status) return judge_post(request_id, what, false);
  log::info("posting the {} of {} again: {}", what, request_id, status.error().message());
  request.fresh_connection = true;
  status = m_client.perform_into(request, k_max_answer_bytes, m_answer);
  if (status) return judge_post(request_id, what, true);
  // The next GET /next finds out whether the platform is gone; an event still unanswered comes again.
  log::error("the {} of {} could not be posted: {}", what, request_id, status.error().message());
  return Verdict::go_on;
}

Verdict RuntimeApi::judge_post(std::string_view request_id, std::string_view what, bool repeated) const {
  const int status = m_answer.status;
  if (status >= 200 && status < 300) return Verdict::go_on;
  const std::string type = platform_error_type(m_answer.body);
  const bool leave = status >= 500 || type == "InvalidFunctionResponseMode";
  const bool had_arrived = repeated && (status == 400 || status == 403) && !leave;
  if (had_arrived) return Verdict::go_on;
  if (status == 413) {
    // The caller already knows; an error posted now would be refused.
    log::error("the {} of {} is longer than the platform takes", what, request_id);
    return Verdict::go_on;
  }
  log::error("the platform answered the {} of {} with {} {}{}", what, request_id, status, type,
             leave ? "; leaving" : "");
  return leave ? Verdict::leave : Verdict::go_on;
}

}  // namespace fanfold
