// The calls of the Runtime API, each with the platform's answer turned into a decision.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/clock.h"
#include "runtime/core/result.h"
#include "runtime/invoke/runtime.h"
#include "runtime/net/http_client.h"

namespace fanfold {

// Whether the process may ask for the next event.
enum class Verdict : std::uint8_t { go_on, leave };

// Not thread-safe. What is odd is logged here.
class RuntimeApi {
 public:
  static Result<RuntimeApi> create(const RuntimeOptions& options, Clock& clock = system_clock());

  // Waits for an event for as long as it takes. The invocation's views live until the next call of any
  // member. An error means that the process should exit.
  Result<Invocation> next();
  Verdict post_response(std::string_view request_id, std::string_view body);
  Verdict post_error(std::string_view request_id, const HandlerError& error);
  Status post_init_error(const HandlerError& error);

 private:
  RuntimeApi(HttpClient client, const RuntimeOptions& options, Clock& clock);
  Status request_next();
  Result<Invocation> read_invocation() const;
  Verdict post(std::string_view request_id, std::string_view what, HttpRequest request);
  Verdict judge_post(std::string_view request_id, std::string_view what, bool repeated) const;
  HttpRequest error_request(std::string url, const HandlerError& error, std::string_view document) const;

  HttpClient m_client;
  Clock* m_clock;
  std::string m_base_url;
  HttpRequest m_next_request;
  HttpResponse m_event;   // of the last next(); its memory is reused
  HttpResponse m_answer;  // of the last post
};

}  // namespace fanfold
