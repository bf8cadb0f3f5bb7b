#include "orchestrator/checking/checks.h"
#include "runtime/net/http_client.h"
#include "runtime/net/redaction.h"
#include "runtime/net/url.h"

namespace fanfold::checking {
namespace {

constexpr std::chrono::milliseconds k_total_timeout{10'000};
constexpr std::size_t k_max_answer_bytes = std::size_t{1} << 20;

Result<int> status_of(const std::string& endpoint) {
  FANFOLD_ASSIGN(const Url url, Url::parse(endpoint));
  FANFOLD_ASSIGN(HttpClient client, HttpClient::create());
  HttpRequest request;
  request.url = url.to_string();
  request.total_timeout = k_total_timeout;
  FANFOLD_ASSIGN(const HttpResponse answer, client.perform(request, k_max_answer_bytes));
  return answer.status;
}

}  // namespace

void check_function_host(const Options& options, Findings& findings) {
  if (!options.endpoint) {
    return findings.ok("function host", "the built-in one is started for each run");
  }
  const auto status = status_of(*options.endpoint);
  if (!status) {
    return findings.fail("function host",
                         make_error(status.error().kind(), "'{}' cannot be reached: {}; check --endpoint",
                                    redacted_url(*options.endpoint), status.error().message()));
  }
  // Any answer will do: what the root of an endpoint answers is nobody's promise.
  findings.ok("function host", fmt::format("{} answers (status {}); the function '{}' was not invoked",
                                           redacted_url(*options.endpoint), *status, options.function_name));
}

}  // namespace fanfold::checking
