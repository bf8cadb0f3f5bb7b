// Many HTTP exchanges at once over one set of connections, driven by one thread of its own.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "runtime/core/trusted_ca.h"
#include "runtime/net/http_transport.h"

namespace fanfold {

struct HttpEngineOptions {
  // Certificates to trust, in PEM, in place of the system's. Peers are verified always.
  std::string ca_file{};
  std::string ca_setting = k_ca_file_variable;  // what the user names that file with, for messages
  // A kept connection that has been idle for longer is not used again: object stores close theirs after about
  // five seconds, and whoever was frozen meanwhile finds out only by writing to it.
  std::chrono::seconds max_idle{4};
  // An exchange in which nothing moves for so long fails (timeout).
  std::chrono::seconds stall_timeout{20};
  long max_connections = 64;  // kept and open ones; further exchanges wait
};

// Thread-safe. The destructor cancels what runs and waits for its thread.
class HttpEngine final : public HttpTransport {
 public:
  // not_found or permission_denied for a file of certificates that cannot be read.
  static Result<std::unique_ptr<HttpEngine>> create(HttpEngineOptions options);
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;
  ~HttpEngine() override;

  Ticket submit(HttpExchange exchange) override;
  void cancel(Ticket ticket) override;

 private:
  struct State;
  explicit HttpEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
