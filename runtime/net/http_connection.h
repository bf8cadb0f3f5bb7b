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
};

// How long a reply may wait for a slow reader.
struct SendPatience {
  Deadline deadline{};
  std::span<const int> interrupts{};  // descriptors; one that becomes readable ends the waiting
};

// Not thread-safe. Nothing is ever read past the request at hand, so pipelined requests wait their turn.
class HttpConnection {
 public:
  enum class Progress : std::uint8_t { incomplete, request, closed, failed };

  // REQUIRES: a connected non-blocking socket.
  HttpConnection(UniqueFd fd, const HttpLimits& limits) : m_fd(std::move(fd)), m_parser(limits) {}

  int fd() const { return m_fd.get(); }
  // Takes what has arrived, without waiting. After `failed` the reply of failure() is to be sent, and after
  // that or `closed` the connection is of no more use.
  Progress receive();
  // Whether a request has begun to arrive.
  bool receiving() const { return m_parser.started() || !m_unparsed.empty(); }
  // REQUIRES: receive() returned `request`, not yet taken.
  ServerRequest take_request() { return m_parser.take(); }
  ServerReply failure() const;

  enum class KeepAlive : std::uint8_t { yes, no };
  // Errors: cancelled after an interrupt, timeout, transient when the peer is gone.
  Status send(const ServerReply& reply, KeepAlive keep_alive, const SendPatience& patience) {
    return send(reply.status, reply.headers, reply.body, keep_alive, patience);
  }
  Status send(int status, const HttpHeaders& headers, std::string_view body, KeepAlive keep_alive,
              const SendPatience& patience);

 private:
  Progress parse_unparsed();
  Status send_bytes(std::string_view head, std::string_view body, const SendPatience& patience);

  UniqueFd m_fd;
  HttpRequestParser m_parser;
  std::string m_unparsed;  // bytes behind a complete request
};

}  // namespace fanfold
