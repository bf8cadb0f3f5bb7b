// The server's side of one HTTP/1.1 connection.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"
#include "runtime/net/http_parser.h"
#include "runtime/net/socket.h"

namespace fanfold {

struct ServerReply {
  int status = 200;
  HttpHeaders headers{};  // Content-Length and Connection are the connection's business
  std::string body{};
  // The handler has written a whole answer to the requester's socket itself; nothing of the above is sent.
  bool already_sent = false;
  bool close = false;  // the connection afterwards
};

// How long a reply may wait for a slow reader.
struct SendPatience {
  Deadline deadline{};
  std::span<const int> interrupts{};  // descriptors; one that becomes readable ends the waiting
};

// Not thread-safe. Nothing is ever read past the request at hand, so pipelined requests wait their turn.
class HttpConnection {
 public:
  enum class Progress : std::uint8_t { incomplete, head, piece, request, closed, failed };
  enum class Heads : std::uint8_t { with_their_bodies, at_once };

  // REQUIRES: a connected non-blocking socket. With heads `at_once`, receive() says `head` when a request's
  // head is there and its body is not, so that the body can be taken as it comes.
  HttpConnection(UniqueFd fd, const HttpLimits& limits, Heads heads = Heads::with_their_bodies)
      : m_fd(std::move(fd)), m_parser(limits), m_heads(heads) {}

  int fd() const { return m_fd.get(); }
  // Takes what has arrived, without waiting. After `failed` the reply of failure() is to be sent, and after
  // that or `closed` the connection is of no more use.
  Progress receive();
  // Whether a request has begun to arrive.
  bool receiving() const { return m_parser.started() || !m_unparsed.empty(); }
  // REQUIRES: receive() returned `request`, not yet taken.
  ServerRequest take_request() {
    m_head_said = false;
    return m_parser.take();
  }
  // REQUIRES: receive() returned `head`. The request without its body.
  const ServerRequest& head() const { return *m_parser.head(); }
  // After `head`: the body comes in pieces, `max_bytes` in all. receive() then says `piece` when some of it
  // is there, to be taken before the next receive(), and `request` with what was left at the end.
  void begin_pieces(std::size_t max_bytes) { m_parser.begin_pieces(max_bytes); }
  std::string take_piece() { return m_parser.take_piece(); }
  ServerReply failure() const;

  enum class KeepAlive : std::uint8_t { yes, no };
  // Errors: cancelled after an interrupt, timeout, transient when the peer is gone.
  Status send(const ServerReply& reply, KeepAlive keep_alive, const SendPatience& patience) {
    return send(reply.status, reply.headers, reply.body, keep_alive, patience);
  }
  Status send(int status, const HttpHeaders& headers, std::string_view body, KeepAlive keep_alive,
              const SendPatience& patience);
  // The same without waiting: what the socket does not take now is kept, and go_on() sends more of it. Error:
  // transient when the peer is gone.
  Status start_sending(int status, const HttpHeaders& headers, std::string_view body, KeepAlive keep_alive);
  bool sending() const { return m_unsent_from < m_unsent.size(); }
  Status go_on();

 private:
  Progress parse_unparsed();
  Status send_bytes(std::string_view head, std::string_view body, const SendPatience& patience);

  UniqueFd m_fd;
  HttpRequestParser m_parser;
  Heads m_heads = Heads::with_their_bodies;
  bool m_head_said = false;
  std::string m_unparsed;  // bytes behind a complete request
  std::string m_unsent;
  std::size_t m_unsent_from = 0;
};

}  // namespace fanfold
