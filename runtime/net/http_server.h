// A small HTTP/1.1 server: one thread accepts, one thread per connection serves it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "runtime/core/result.h"
#include "runtime/net/http_connection.h"

namespace fanfold {

struct HttpServerOptions {
  std::string listen = "127.0.0.1:0";
  HttpLimits limits{};
  std::size_t max_connections = 1024;                 // further ones are answered 503 and closed
  std::chrono::milliseconds request_timeout{30'000};  // from the first byte of a request to its last
  std::chrono::milliseconds reply_timeout{60'000};
};

// Called from many threads at once. What it throws becomes a 500.
using HttpHandler = std::function<ServerReply(const ServerRequest&)>;

// Thread-safe. The destructor stops.
class HttpServer {
 public:
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, HttpHandler handler);

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  std::string address() const;  // "127.0.0.1:port"
  // Closes all connections and joins all threads; waits for handlers that run, whose replies are sent as far
  // as the peer reads them at once. Idempotent.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
