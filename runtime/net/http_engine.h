// Many HTTP exchanges at once over one set of connections, driven by one thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"
#include "runtime/net/http_client.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

struct HttpEngineOptions {
  // Certificates to trust, in PEM, in place of the system's. Peers are verified always.
  std::string ca_file{};
  // A kept connection that has been idle for longer is not used again: object stores close theirs after about
  // five seconds, and whoever was frozen meanwhile finds out only by writing to it.
  std::chrono::seconds max_idle{4};
  // An exchange in which nothing moves for so long fails (timeout).
  std::chrono::seconds stall_timeout{20};
  long max_connections = 64;  // kept and open ones; further exchanges wait
};

// What is known of an answer before its body comes.
struct HttpHead {
  int status = 0;
  HttpHeaders headers{};
};

struct HttpOutcome {
  // ok: an answer came whole, whatever its status. Errors as HttpClient's; cancelled after cancel();
  // corrupt_data where `accept` refused the head or the body is longer than allowed.
  Status transfer{};
  HttpHead head{};                    // as far as it came; status 0 where it did not
  std::string body{};                 // unless it went to HttpExchange::into
  std::uint64_t received = 0;         // bytes of the body that came, also of a transfer that failed
  bool on_reused_connection = false;  // the exchange began on a connection that had served another
  bool began = false;                 // at least one byte of an answer came
};

struct HttpExchange {
  HttpRequest request{};  // its body is borrowed until `done` is called
  MutableBytes
      into{};  // where the body of an answer with status 200..299 goes, borrowed as well; empty: `body`
  std::size_t max_body_bytes = std::size_t{1} << 20;  // of HttpOutcome::body
  // Called with the head of an answer, before its body; false refuses the body. On the engine's thread; must
  // not block.
  std::function<bool(const HttpHead&)> accept{};
  // Called exactly once, on the engine's thread. Must not block; may submit.
  std::function<void(HttpOutcome)> done{};
};

// Thread-safe. The destructor cancels what runs and waits for its thread.
class HttpEngine {
 public:
  using Ticket = std::uint64_t;

  static Result<std::unique_ptr<HttpEngine>> create(HttpEngineOptions options);
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;
  ~HttpEngine();

  Ticket submit(HttpExchange exchange);
  // What has ended is fine. `done` is called with `cancelled`, on the engine's thread.
  void cancel(Ticket ticket);
  // Waits. `exchange.done` is not used. Not from within a callback.
  HttpOutcome perform(HttpExchange exchange);

 private:
  struct State;
  explicit HttpEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold
