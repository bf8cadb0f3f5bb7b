// A streamed answer on its way to the caller: an event stream in a chunked HTTP answer on the caller's
// socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/core/clock.h"
#include "runtime/net/http_connection.h"

namespace fanfold {

// How fast a stream may be: `free_bytes` at any speed, then so many in a second; 0: no limit.
struct StreamRate {
  std::uint64_t free_bytes = 0;
  std::uint64_t bytes_per_second = 0;
};

// How an answer ended, for the last message.
struct StreamEnd {
  std::string error_code{};  // empty: all is well
  std::string error_details{};
  std::string log_result{};  // Base64; empty: none
};

// Used by one thread at a time: the environment's until the invocation is finished, then the caller's.
class CallerStream {
 public:
  // Borrows the socket. `headers` of the answer, without its content type and length.
  CallerStream(int caller_fd, HttpHeaders headers, const StreamRate& rate, Clock& clock = system_clock());

  // Queues a piece of the answer and sends what the socket takes now.
  void add(std::string_view piece);
  // Sends more of what is queued, without waiting.
  void flush();
  // Whether the next piece may come: nothing is queued and the rate allows it. While it may not, the
  // function's connection is not read, which holds up the function.
  bool accepts() const { return !blocked() && !pause_end(); }
  // Waits for room in the socket.
  bool blocked() const { return m_queued_from < m_queued.size(); }
  // When the rate allows the next piece; nothing for now.
  std::optional<SteadyTime> pause_end() const;
  // Whether the caller has been sent anything.
  bool started() const { return m_started; }
  // The caller is gone.
  bool broken() const { return m_broken; }

  // The last message, and the end of the HTTP answer. Waits for the caller to read. Errors: as
  // HttpConnection::send.
  Status finish(const StreamEnd& end, const SendPatience& patience);

 private:
  void start();
  void queue_chunk(std::string_view message);

  int m_fd;
  HttpHeaders m_headers;
  StreamRate m_rate;
  Clock& m_clock;
  bool m_started = false;
  bool m_broken = false;
  std::string m_queued;
  std::size_t m_queued_from = 0;
  double m_allowance;  // bytes; below zero: a pause
  SteadyTime m_counted;
};

}  // namespace fanfold
