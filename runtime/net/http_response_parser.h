// Strict incremental parser of HTTP/1.1 responses (RFC 9112), the client's side. No input or output of its
// own: it hands out memory for the bytes, so that a body is received into its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace fanfold {

struct HttpResponseLimits {
  std::size_t max_head_bytes = std::size_t{64} * 1024;
  std::size_t max_body_bytes = std::size_t{6} * 1024 * 1024 + 100;
};

// Usage: receive into room(), tell received(), until state() is no longer incomplete; reset() for the next
// one. Its memory stays: it is reserved once, from the first Content-Length of that size, and reused.
// Refuses what two parsers could read in two ways: bare LF, folded fields, blanks before a colon, two
// lengths. Interim answers (1xx) are skipped. An answer without a length ends with the connection.
class HttpResponseParser {
 public:
  enum class State : std::uint8_t { incomplete, complete, failed };

  explicit HttpResponseParser(const HttpResponseLimits& limits = {}) : m_limits(limits) {}

  // REQUIRES: state() == incomplete. Never empty; a sized body gets exactly what it lacks.
  std::span<char> room();
  // So many bytes were put into the last room().
  void received(std::size_t bytes);
  // The peer closed.
  void end_of_input();
  void reset();

  State state() const;
  bool started() const { return m_end > 0; }  // a byte came since reset()
  // A final head was read, also where the body then failed.
  bool has_head() const { return m_status >= 200; }
  std::string_view failure_reason() const { return m_failure_reason; }  // a literal
  bool body_too_large() const { return m_body_too_large; }              // why it failed

  // REQUIRES: has_head(). Views live until reset().
  int status() const { return m_status; }
  std::string_view header(std::string_view name) const;  // the first of that name; absent and empty alike
  // REQUIRES: state() == complete.
  std::string_view body() const { return {m_memory.get() + m_body_at, m_body_end - m_body_at}; }
  // Whether another answer can follow on the connection.
  bool keep_alive() const { return m_keep_alive; }

 private:
  enum class Phase : std::uint8_t {
    head,
    sized_body,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    body_until_close,
    complete,
    failed
  };
  struct StoredField {
    std::size_t name_at, name_size, value_at, value_size;
  };

  void fail(std::string_view reason);
  void fail_too_large();
  void grow_to(std::size_t capacity);
  std::string_view bytes(std::size_t from, std::size_t to) const {
    return {m_memory.get() + from, to - from};
  }
  void step();
  bool find_head_end();
  void parse_head(std::size_t head_end);
  bool parse_status_line(std::string_view line);
  bool parse_field(std::string_view line);
  void choose_body();
  void choose_length(std::string_view text);
  bool take_line();
  void line_complete(std::string_view line);
  void take_chunk_data();
  void finish(std::size_t message_end);

  HttpResponseLimits m_limits;
  std::unique_ptr<char[]> m_memory;
  std::size_t m_capacity = 0;
  std::size_t m_end = 0;  // of what was received

  Phase m_phase = Phase::head;
  std::size_t m_line_at = 0;  // the head's line that is not yet whole; of a chunked body: what is not decoded
  std::size_t m_scanned = 0;  // up to here that line holds no LF
  std::size_t m_body_at = 0;
  std::size_t m_body_end = 0;
  std::uint64_t m_remaining = 0;  // of a sized body or a chunk
  std::size_t m_trailer_bytes = 0;
  int m_status = 0;
  int m_interim = 0;
  bool m_http_1_0 = false;
  bool m_keep_alive = true;
  bool m_body_too_large = false;
  std::vector<StoredField> m_fields;
  std::string_view m_failure_reason;
};

}  // namespace fanfold
