// Requests to an S3 server: addressed, signed, tried again by class of failure under one deadline.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "runtime/aws/corrected_clock.h"
#include "runtime/aws/sigv4.h"
#include "runtime/core/retry_budget.h"
#include "runtime/net/http_transport.h"
#include "runtime/storage/s3/address.h"
#include "runtime/storage/s3/failure.h"
#include "runtime/storage/s3/request_gate.h"

namespace fanfold::s3 {

struct ClientSettings {
  std::string endpoint_url;  // empty: the cloud's
  std::string region = "us-east-1";
  Addressing addressing = Addressing::automatic;
  // Thread-safe; good for some minutes at least.
  std::function<Result<std::shared_ptr<const aws::Credentials>>()> credentials;
  // Called with those that the server refused as expired.
  std::function<void(const std::shared_ptr<const aws::Credentials>&)> refuse_credentials = [](const auto&) {};
  // Many requests make an operation of ours: more attempts than the usual three, under the same tokens.
  RetryPolicy retries{.max_attempts = 8};
  std::chrono::seconds deadline{180};  // of one request with all its attempts
  RandomFraction random = random_fraction;
  // Never null. What is cancelled there ends here.
  std::shared_ptr<RequestGate> gate = std::make_shared<RequestGate>();
};

struct Request {
  std::string method = "GET";
  std::string bucket;
  std::string key;    // plain bytes
  std::string query;  // as sent
  std::vector<aws::HeaderField> headers;
  std::string_view body;  // borrowed
  MutableBytes into;      // as HttpExchange's
  std::size_t max_body_bytes = std::size_t{16} << 20;
  std::function<bool(const HttpHead&)> accept;
  std::string attempt;  // for messages, a verb phrase with its object: "read 's3://bucket/key'"
  Repeatable repeatable = Repeatable::yes;
};

// Thread-safe. Transport and clock outlive it.
class Client {
 public:
  static Result<std::unique_ptr<Client>> create(ClientSettings settings, HttpTransport& transport,
                                                Clock& clock);

  // Waits for success or for the last failure, or until the gate is closed: `cancelled`. The outcome has a
  // status of 200..299.
  Result<HttpOutcome> send(Request request);

  HttpTransport& transport() { return m_transport; }
  RequestGate& gate() { return *m_settings.gate; }
  // Whether requests go to another server than the cloud's.
  bool has_custom_endpoint() const { return m_place.endpoint.custom; }
  // After a success: the answer's ETag, with its quotes; empty where it has none.
  static std::string etag_of(const HttpOutcome& outcome);

 private:
  friend class Operation;
  Client(ClientSettings settings, HttpTransport& transport, Clock& clock)
      : m_settings(std::move(settings)), m_transport(transport), m_clock(clock) {}
  struct Place {
    Endpoint endpoint;
    std::string region;
  };
  Place place_of(const std::string& bucket) const;
  void move_to_region(const std::string& bucket, const std::string& region);

  const ClientSettings m_settings;
  HttpTransport& m_transport;
  aws::CorrectedClock m_clock;
  aws::SigningKeyCache m_keys;
  RetryTokens m_tokens;
  Place m_place;  // of buckets of which nothing else is known
  mutable std::mutex m_mutex;
  std::map<std::string, Place> m_moved;  // buckets that lie in another region; guarded by m_mutex
};

// The attempts of one request, for whoever does not want to wait in send(). Not thread-safe.
class Operation {
 public:
  Operation(Client& client, Request request);

  // May be changed between attempts.
  Request& request() { return m_request; }
  // The next attempt, signed. Its `done` is the caller's to set.
  Result<HttpExchange> prepare();
  // What an attempt's outcome means: nothing where it succeeded or is to be tried again, which `must_retry`
  // tells. Before a retry it waits as long as it must.
  Status judge(const HttpOutcome& outcome);
  // The same for a failure that the caller found.
  Status judge(const Failure& failure);
  bool must_retry() const { return m_must_retry; }
  // Of the gate, as it was when the operation began.
  const std::stop_token& cancelled() const { return m_pass.cancelled; }

 private:
  Operation(Client& client, Request request, RequestGate::Pass pass);
  void remedy(const Failure& failure);
  Error cancellation() const;

  Client& m_client;
  const RequestGate::Pass m_pass;
  Request m_request;
  RetryBudget m_budget;
  bool m_fresh_connection = false;
  bool m_must_retry = false;
  std::string m_date;                                     // of the last answer
  SystemTime m_signed_at{};                               // of the last attempt
  std::shared_ptr<const aws::Credentials> m_credentials;  // of the last attempt
};

}  // namespace fanfold::s3
