#include "runtime/net/http_response_parser.h"

#include <algorithm>
#include <cstring>

#include "runtime/core/result.h"
#include "runtime/net/http_grammar.h"
#include "runtime/net/http_headers.h"

namespace fanfold {
namespace {

constexpr std::size_t k_first_bytes = std::size_t{16} * 1024;
constexpr std::size_t k_room_bytes = std::size_t{64} * 1024;  // for a body of unknown length
constexpr std::size_t k_max_fields = 128;
constexpr std::size_t k_max_chunk_line_bytes = 1024;
constexpr int k_max_interim = 8;

}  // namespace

HttpResponseParser::State HttpResponseParser::state() const {
  if (m_phase == Phase::complete) return State::complete;
  return m_phase == Phase::failed ? State::failed : State::incomplete;
}

void HttpResponseParser::reset() {
  m_phase = Phase::head;
  m_end = m_line_at = m_scanned = m_body_at = m_body_end = m_trailer_bytes = 0;
  m_remaining = 0;
  m_status = m_interim = 0;
  m_http_1_0 = m_body_too_large = false;
  m_keep_alive = true;
  m_fields.clear();
  m_failure_reason = {};
}

void HttpResponseParser::fail(std::string_view reason) {
  m_phase = Phase::failed;
  m_keep_alive = false;
  m_failure_reason = reason;
}

void HttpResponseParser::fail_too_large() {
  m_body_too_large = true;
  fail("its body is longer than allowed");
}

void HttpResponseParser::grow_to(std::size_t capacity) {
  if (capacity <= m_capacity) return;
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (m_end > 0) std::memcpy(larger.get(), m_memory.get(), m_end);
  m_memory = std::move(larger);
  m_capacity = capacity;
}

std::span<char> HttpResponseParser::room() {
  FANFOLD_ASSERT(state() == State::incomplete);
  if (m_phase == Phase::sized_body) {
    grow_to(m_end + m_remaining);
    return {m_memory.get() + m_end, static_cast<std::size_t>(m_remaining)};
  }
  if (m_capacity == 0) grow_to(k_first_bytes);
  const std::size_t least = m_phase == Phase::head ? 1 : k_room_bytes;
  if (m_capacity - m_end < least) grow_to(std::max(2 * m_capacity, m_end + least));
  return {m_memory.get() + m_end, m_capacity - m_end};
}

void HttpResponseParser::received(std::size_t bytes) {
  FANFOLD_ASSERT(bytes <= m_capacity - m_end);
  m_end += bytes;
  step();
}

void HttpResponseParser::end_of_input() {
  if (m_phase == Phase::complete || m_phase == Phase::failed) return;
  if (m_phase == Phase::body_until_close) return finish(m_end);
  fail("the connection ended in the middle of it");
}

void HttpResponseParser::finish(std::size_t message_end) {
  m_phase = Phase::complete;
  // Nobody asked for what follows.
  if (m_end > message_end) m_keep_alive = false;
}

void HttpResponseParser::step() {
  while (m_phase == Phase::head && find_head_end()) {
  }
  switch (m_phase) {
    case Phase::sized_body: {
      const std::size_t whole = m_body_end + static_cast<std::size_t>(m_remaining);
      m_body_end = std::min(m_end, whole);
      m_remaining = whole - m_body_end;
      if (m_remaining == 0) finish(whole);
      return;
    }
    case Phase::body_until_close:
      m_body_end = m_end;
      if (m_body_end - m_body_at > m_limits.max_body_bytes) fail_too_large();
      return;
    default:
      break;
  }
  for (bool moved = true; moved;) {
    if (m_phase == Phase::chunk_data) {
      moved = m_line_at < m_end;
      take_chunk_data();
    } else {
      moved = m_phase >= Phase::chunk_size && m_phase <= Phase::trailer && take_line();
    }
  }
}

// Whether a head was found whole; of an interim answer another one follows.
bool HttpResponseParser::find_head_end() {
  while (m_scanned < m_end) {
    const void* found = std::memchr(m_memory.get() + m_scanned, '\n', m_end - m_scanned);
    if (found == nullptr) {
      m_scanned = m_end;
      break;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - m_memory.get());
    if (at == m_line_at || m_memory[at - 1] != '\r') {
      fail("a line ends in LF without CR");
      return false;
    }
    const bool empty = at == m_line_at + 1;
    m_line_at = m_scanned = at + 1;
    if (!empty) continue;
    parse_head(at + 1);
    return m_phase != Phase::failed;
  }
  if (m_end - m_body_at > m_limits.max_head_bytes) fail("its head is too long");
  return false;
}

// Until the head's end m_body_at is where the head begins.
void HttpResponseParser::parse_head(std::size_t head_end) {
  if (head_end - m_body_at > m_limits.max_head_bytes) return fail("its head is too long");
  std::string_view head = bytes(m_body_at, head_end - 2);
  bool first = true;
  m_fields.clear();
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");  // every line of the head ends so
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (first ? !parse_status_line(line) : !parse_field(line)) return;
    first = false;
  }
  if (first) return fail("it has no status line");
  m_body_at = m_body_end = head_end;
  if (m_status >= 200) return choose_body();
  if (m_status == 101 || ++m_interim > k_max_interim) fail("it is an interim answer that was not asked for");
}

bool HttpResponseParser::parse_status_line(std::string_view line) {
  std::uint64_t status = 0;
  const bool known = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
  const bool shaped = known && line.size() >= 12 && (line.size() == 12 || line[12] == ' ') &&
                      parse_http_number(line.substr(9, 3), 10, status) && status >= 100;
  if (!shaped || !is_field_value(line)) {
    fail("its status line is not 'HTTP/1.1 200 reason'");
    return false;
  }
  m_status = static_cast<int>(status);
  m_http_1_0 = line[7] == '0';
  return true;
}

bool HttpResponseParser::parse_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_http_token(line.substr(0, colon))) {
    fail("a header line is not 'Name: value'");
    return false;
  }
  const std::string_view value = trimmed_field(line.substr(colon + 1));
  if (!is_field_value(value)) {
    fail("a header value holds control bytes");
    return false;
  }
  if (m_fields.size() >= k_max_fields) {
    fail("there are too many header fields");
    return false;
  }
  const auto offset = [this](std::string_view text) {
    return static_cast<std::size_t>(text.data() - m_memory.get());
  };
  m_fields.push_back({offset(line), colon, offset(value), value.size()});
  return true;
}

std::string_view HttpResponseParser::header(std::string_view name) const {
  for (const StoredField& field : m_fields) {
    if (equal_ignoring_case(bytes(field.name_at, field.name_at + field.name_size), name)) {
      return bytes(field.value_at, field.value_at + field.value_size);
    }
  }
  return {};
}

void HttpResponseParser::choose_body() {
  const std::string_view connection = header("connection");
  m_keep_alive = m_http_1_0 ? lists_token(connection, "keep-alive") : !lists_token(connection, "close");
  std::size_t lengths = 0;
  std::size_t codings = 0;
  for (const StoredField& field : m_fields) {
    const std::string_view name = bytes(field.name_at, field.name_at + field.name_size);
    lengths += equal_ignoring_case(name, "content-length") ? 1U : 0U;
    codings += equal_ignoring_case(name, "transfer-encoding") ? 1U : 0U;
  }
  if (lengths + codings > 1) return fail("the body's length is given more than once");
  m_line_at = m_scanned = m_body_at;
  if (m_status == 204 || m_status == 304) return finish(m_body_at);
  if (lengths == 1) return choose_length(header("content-length"));
  if (codings == 0) {
    m_keep_alive = false;
    m_phase = Phase::body_until_close;
    return;
  }
  if (m_http_1_0 || !equal_ignoring_case(header("transfer-encoding"), "chunked")) {
    return fail("the only transfer coding known here is chunked");
  }
  m_phase = Phase::chunk_size;
}

void HttpResponseParser::choose_length(std::string_view text) {
  if (!parse_http_number(text, 10, m_remaining)) return fail("Content-Length is not a number");
  if (m_remaining > m_limits.max_body_bytes) return fail_too_large();
  m_phase = Phase::sized_body;
}

// A line of the chunked coding, or nothing where it is not yet whole.
bool HttpResponseParser::take_line() {
  const std::size_t max_bytes =
      m_phase == Phase::trailer ? m_limits.max_head_bytes - m_trailer_bytes : k_max_chunk_line_bytes;
  m_scanned = std::max(m_scanned, m_line_at);
  const std::string_view unread = bytes(m_scanned, m_end);
  const std::size_t found = unread.find('\n');
  const std::size_t line_end = found == std::string_view::npos ? m_end : m_scanned + found + 1;
  if (line_end - m_line_at > max_bytes) {
    fail("a line of the chunked body is too long");
    return false;
  }
  m_scanned = line_end;
  if (found == std::string_view::npos) return false;
  const std::string_view line = bytes(m_line_at, line_end);
  m_line_at = line_end;
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    fail("a line ends in LF without CR");
    return false;
  }
  line_complete(line.substr(0, line.size() - 2));
  return true;
}

void HttpResponseParser::line_complete(std::string_view line) {
  if (m_phase == Phase::chunk_size) {
    const std::string_view digits = trimmed_field(line.substr(0, line.find(';')));
    if (!parse_http_number(digits, 16, m_remaining)) return fail("a chunk's size is not a number");
    if (m_remaining > m_limits.max_body_bytes - (m_body_end - m_body_at)) return fail_too_large();
    m_phase = m_remaining == 0 ? Phase::trailer : Phase::chunk_data;
    return;
  }
  if (m_phase == Phase::chunk_end) {
    if (!line.empty()) return fail("a chunk is longer than it says");
    m_phase = Phase::chunk_size;
    return;
  }
  if (line.empty()) return finish(m_line_at);
  m_trailer_bytes += line.size() + 2;
  if (parse_field(line)) m_fields.pop_back();  // checked, not kept
}

// Moves data down to the end of the body; where nothing lies between, it is there already.
void HttpResponseParser::take_chunk_data() {
  const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(m_remaining, m_end - m_line_at));
  if (count > 0 && m_body_end != m_line_at) {
    std::memmove(m_memory.get() + m_body_end, m_memory.get() + m_line_at, count);
  }
  m_body_end += count;
  m_line_at += count;
  m_remaining -= count;
  if (m_line_at == m_end) m_line_at = m_end = m_body_end;
  m_scanned = m_line_at;
  if (m_remaining == 0) m_phase = Phase::chunk_end;
}

}  // namespace fanfold
