// Strict incremental parser of HTTP/1.1 requests (RFC 9112), the server's side. No input or output of its
// own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/net/http_headers.h"

namespace fanfold {

struct HttpLimits {
  std::size_t max_header_bytes = std::size_t{64} * 1024;  // request line and fields; trailers count apart
  std::size_t max_body_bytes = std::size_t{6} * 1024 * 1024 + 100;
  // A longer body is read and forgotten up to this, so that the peer can read its refusal on the same
  // connection.
  std::size_t max_discarded_bytes = std::size_t{64} * 1024 * 1024;
};

struct ServerRequest {
  std::string method;
  std::string target;  // origin form: "/path?query", percent-encoded as it came
  HttpHeaders headers;
  std::string body;
  HttpHeaders trailers{};       // fields behind a chunked body
  bool body_too_large = false;  // the body was forgotten
  bool keep_alive = true;
  int peer_fd =
      -1;  // the sender's socket, borrowed while the request is answered: tells when nobody waits any more

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const;
};

// Usage: feed() bytes until state() is complete, take() the request, go on with the bytes that were not
// consumed. Refuses what two parsers could read in two ways: bare LF, folded fields, blanks before a colon,
// both lengths.
class HttpRequestParser {
 public:
  enum class State : std::uint8_t { incomplete, complete, failed };

  explicit HttpRequestParser(const HttpLimits& limits)
      : m_limits(limits), m_max_body_bytes(limits.max_body_bytes) {}

  // Returns how many bytes it took: all, unless the request became complete or wrong.
  std::size_t feed(std::string_view bytes);
  State state() const;
  // Whether a request has begun and is not yet taken.
  bool started() const { return m_phase != Phase::head || !m_line.empty(); }
  // The request as far as it came, once its head is whole and while its body is not; else null.
  const ServerRequest* head() const;
  // REQUIRES: head(). From here on the body may be taken in pieces; all of them may have `max_bytes`.
  void begin_pieces(std::size_t max_bytes);
  bool in_pieces() const { return m_in_pieces; }
  // What came of the body since the last piece.
  std::string take_piece();
  // Whether the peer waits for "100 Continue" before it sends the body; true once per request.
  bool take_wants_continue();
  // REQUIRES: state() == complete. Ready for the next request afterwards.
  ServerRequest take();

  // REQUIRES: state() == failed. The status to answer with, and why; the connection cannot go on.
  int failure_status() const { return m_failure_status; }
  std::string_view failure_reason() const { return m_failure_reason; }

 private:
  enum class Phase : std::uint8_t {
    head,
    sized_body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    complete,
    failed
  };

  void fail(int status, std::string_view reason);
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_line(std::string_view bytes);
  std::size_t feed_data(std::string_view bytes);
  void parse_head(std::string_view head);
  bool parse_request_line(std::string_view line);
  bool parse_field(std::string_view line, HttpHeaders& into);
  void choose_body();
  bool choose_length(std::string_view text);
  void check_expectation();
  void line_complete(std::string_view line);
  void begin_chunk(std::string_view line);
  void take_data(std::string_view bytes);

  HttpLimits m_limits;
  Phase m_phase = Phase::head;
  bool m_http_1_0 = false;
  bool m_wants_continue = false;
  std::string m_line;             // the head, or a line of the chunked coding, as far as it came
  std::uint64_t m_remaining = 0;  // of a sized body or a chunk
  std::size_t m_discarded = 0;    // bytes of a body that is too large
  bool m_in_pieces = false;
  std::size_t m_max_body_bytes = 0;  // of this request
  std::size_t m_taken = 0;           // bytes of its body that went away in pieces
  std::size_t m_trailer_bytes = 0;
  ServerRequest m_request;
  int m_failure_status = 0;
  std::string_view m_failure_reason;  // a literal
};

}  // namespace fanfold
