// HTTP exchanges that run side by side, as whoever asks for them sees it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"
#include "runtime/net/http_client.h"
#include "runtime/net/http_headers.h"

namespace fanfold {

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
  // Where the body of an answer with status 200..299 goes, borrowed as well. Empty: into HttpOutcome::body.
  MutableBytes into{};
  std::size_t max_body_bytes = std::size_t{1} << 20;  // of HttpOutcome::body
  // Called with the head of an answer, before its body; false refuses the body. On the transport's thread;
  // must not block.
  std::function<bool(const HttpHead&)> accept{};
  // Called exactly once, on the transport's thread. Must not block; may submit.
  std::function<void(HttpOutcome)> done{};
};

// Thread-safe.
class HttpTransport {
 public:
  using Ticket = std::uint64_t;

  virtual ~HttpTransport() = default;
  virtual Ticket submit(HttpExchange exchange) = 0;
  // What has ended is fine. `done` is called with `cancelled`, on the
  // transport's thread.
  virtual void cancel(Ticket ticket) = 0;
  // Waits. `exchange.done` is not used. Not from within a callback.
  HttpOutcome perform(HttpExchange exchange);
};

}  // namespace fanfold
