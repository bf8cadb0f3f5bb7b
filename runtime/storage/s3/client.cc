#include "runtime/storage/s3/client.h"

#include <algorithm>

#include "runtime/storage/s3/pending_request.h"

namespace fanfold::s3 {
namespace {

constexpr std::chrono::milliseconds k_connect_timeout{5'000};

RetryPolicy policy_for(RetryPolicy policy, const Request& request) {
  policy.repeatable = request.repeatable;
  return policy;
}

}  // namespace

Result<std::unique_ptr<Client>> Client::create(ClientSettings settings, HttpTransport& transport,
                                               Clock& clock) {
  FANFOLD_ASSIGN(Endpoint endpoint, make_endpoint(settings.endpoint_url, settings.region));
  std::string region = settings.region;
  std::unique_ptr<Client> client(new Client(std::move(settings), transport, clock));
  client->m_place = {std::move(endpoint), std::move(region)};
  return client;
}

Client::Place Client::place_of(const std::string& bucket) const {
  const std::lock_guard lock(m_mutex);
  const auto moved = m_moved.find(bucket);
  return moved == m_moved.end() ? m_place : moved->second;
}

// An endpoint of one's own stays: there the region is a word in the signature and no more.
void Client::move_to_region(const std::string& bucket, const std::string& region) {
  Place place = m_place;
  place.region = region;
  if (!place.endpoint.custom) {
    if (auto endpoint = make_endpoint({}, region)) place.endpoint = std::move(*endpoint);
  }
  const std::lock_guard lock(m_mutex);
  m_moved.insert_or_assign(bucket, std::move(place));
}

std::string Client::etag_of(const HttpOutcome& outcome) {
  return std::string(outcome.head.headers.value_or_empty("etag"));
}

Result<HttpOutcome> Client::send(Request request) {
  PendingRequest pending(*this, std::move(request));
  pending.start();
  return pending.finish();
}

Operation::Operation(Client& client, Request request)
    : Operation(client, std::move(request), client.gate().pass()) {}

Operation::Operation(Client& client, Request request, RequestGate::Pass pass)
    : m_client(client),
      m_pass(std::move(pass)),
      m_request(std::move(request)),
      m_budget(policy_for(client.m_settings.retries, m_request), client.m_tokens, client.m_clock,
               client.m_clock.steady_now() +
                   std::min(client.m_settings.deadline, m_pass.deadline.value_or(client.m_settings.deadline)),
               client.m_settings.random) {}

Error Operation::cancellation() const {
  return make_error(ErrorKind::cancelled, "cannot {}: all requests were cancelled", m_request.attempt);
}

Result<HttpExchange> Operation::prepare() {
  if (m_pass.cancelled.stop_requested()) return cancellation();
  const Client::Place place = m_client.place_of(m_request.bucket);
  HttpExchange exchange;
  exchange.request.method = m_request.method;
  exchange.request.url = object_url(place.endpoint, m_client.m_settings.addressing, m_request.bucket,
                                    m_request.key, m_request.query);
  FANFOLD_ASSIGN(m_credentials, m_client.m_settings.credentials());
  const aws::SigningInput input{.method = m_request.method,
                                .url = exchange.request.url,
                                .headers = m_request.headers,
                                .body = m_request.body};
  aws::SigningScope scope;
  scope.region = place.region;
  m_signed_at = m_client.m_clock.system_now();
  FANFOLD_ASSIGN(exchange.request.headers,
                 aws::sign(input, scope, *m_credentials, m_signed_at, m_client.m_keys));
  exchange.request.body = m_request.body;
  exchange.request.connect_timeout = k_connect_timeout;
  if (const auto left = m_budget.time_left()) {
    exchange.request.total_timeout =
        std::max(std::chrono::duration_cast<std::chrono::milliseconds>(*left), std::chrono::milliseconds(1));
  }
  exchange.request.fresh_connection = m_fresh_connection;
  exchange.into = m_request.into;
  exchange.max_body_bytes = m_request.max_body_bytes;
  exchange.accept = m_request.accept;
  return exchange;
}

Status Operation::judge(const HttpOutcome& outcome) {
  m_must_retry = false;
  m_date = outcome.head.headers.value_or_empty("date");
  const auto failure = failure_of(outcome);
  if (failure) return judge(*failure);
  m_budget.succeeded();
  return {};
}

Status Operation::judge(const Failure& failure) {
  m_must_retry = false;
  if (m_pass.cancelled.stop_requested()) return cancellation();
  const RetryVerdict verdict = m_budget.after_failure(failure.retry_class, failure.wanted_delay);
  if (!verdict.may_retry()) {
    return to_error(failure, m_request.attempt, verdict.stop, m_budget.attempts_failed());
  }
  remedy(failure);
  if (verdict.delay.count() > 0) m_client.m_clock.sleep_for(verdict.delay);
  m_must_retry = true;
  return {};
}

// What has to be different next time.
void Operation::remedy(const Failure& failure) {
  m_fresh_connection = failure.status == 0;
  switch (failure.retry_class) {
    case RetryClass::clock_skew:
      m_client.m_clock.learn_from_date(m_date, m_signed_at);
      break;
    case RetryClass::expired_credentials:
      m_client.m_settings.refuse_credentials(m_credentials);
      break;
    case RetryClass::wrong_region:
      if (!failure.reply.region.empty()) m_client.move_to_region(m_request.bucket, failure.reply.region);
      break;
    default:
      break;
  }
}

}  // namespace fanfold::s3
