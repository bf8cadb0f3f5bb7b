// Blocking HTTP/1.1 requests over one connection that is kept and reused.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

struct HttpRequest {
  std::string method = "GET";  // GET, HEAD, PUT, POST, DELETE
  std::string url{};           // http:// or https://
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string_view body{};  // borrowed for the call; sent with PUT and POST only
  // The whole exchange. None: waits for ever, as a frozen function must.
  std::optional<std::chrono::milliseconds> total_timeout{};
  std::chrono::milliseconds connect_timeout{5'000};
  // The kept connection is not used: for the second try after a failure.
  bool fresh_connection = false;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers{};  // of the final response; trailers are not kept
  std::string body{};
};

// Takes no proxy from the environment, follows no redirect, never sends Expect: 100-continue, speaks http and
// https alone. Whom it trusts: core/trusted_ca.h. Not thread-safe: one client per thread. A status of 400 or
// above is an answer, not an error. Errors: timeout; transient where the peer refused, reset or closed;
// invalid_argument for a URL that is none or a header value with control bytes; permission_denied where the
// peer's certificate is not trusted; corrupt_data for an answer that is not HTTP or is longer than allowed.
class HttpClient {
 public:
  static Result<HttpClient> create();

  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  Result<HttpResponse> perform(const HttpRequest& request, std::size_t max_body_bytes);
  // The same into an object whose memory is reused.
  Status perform_into(const HttpRequest& request, std::size_t max_body_bytes, HttpResponse& response);

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
