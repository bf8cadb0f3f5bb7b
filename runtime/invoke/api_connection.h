// One kept HTTP/1.1 connection to the Runtime API: plain TCP, blocking, without a proxy and without any
// time limit but that of connecting, for a process may be frozen at every point of an exchange.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"
#include "runtime/invoke/api_address.h"
#include "runtime/net/http_response_parser.h"

namespace fanfold {

// Not thread-safe, except interrupt() and is_interrupted(). Errors: transient where the peer refused, reset
// or closed; timeout of connecting; corrupt_data for an answer that is not HTTP or longer than allowed;
// cancelled after interrupt().
class ApiConnection {
 public:
  enum class Waiting : bool { to_the_end, until_interrupted };

  ApiConnection(ApiAddress address, const HttpResponseLimits& limits)
      : m_address(std::move(address)), m_parser(limits) {}
  ApiConnection(const ApiConnection&) = delete;
  ApiConnection& operator=(const ApiConnection&) = delete;

  const ApiAddress& address() const { return m_address; }
  // Connects now instead of with the first send().
  Status connect();
  void drop() { m_fd.reset(); }

  // Head and body of a request, over the kept connection where the peer has not closed it meanwhile, else
  // over a new one.
  Status send(std::string_view head, std::string_view body);
  // More bytes of the request, one after the other: a body of unknown length. Leaves the last answer alone;
  // what a peer that closes may have said is still to be received.
  Status send_more(std::string_view first, std::string_view second, std::string_view last);
  // Bytes of the last request have left us: its effect is unknown where no answer came.
  bool has_sent() const { return m_has_sent; }
  // An answer, or the end of the connection, waits to be read.
  bool has_something_to_read() const;

  // Waits for the answer, for as long as it takes; `limit` bounds a single silence.
  Status receive(Waiting waiting = Waiting::to_the_end, std::optional<std::chrono::milliseconds> limit = {});
  // The last answer; its views live until the next receive().
  const HttpResponseParser& answer() const { return m_parser; }

  // Ends receive(until_interrupted), now and for ever; other exchanges go on.
  void interrupt();
  bool is_interrupted() const;

 private:
  Status receive_all();
  Error lost(int error_number, std::string_view doing) const;

  ApiAddress m_address;
  UniqueFd m_fd;
  HttpResponseParser m_parser;
  bool m_has_sent = false;
  bool m_early_answer = false;  // came while the request was being sent

  mutable std::mutex m_mutex;
  bool m_is_waiting = false;      // guarded by m_mutex; the socket is not replaced meanwhile
  bool m_is_interrupted = false;  // guarded by m_mutex
};

}  // namespace fanfold
