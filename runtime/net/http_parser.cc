#include "runtime/net/http_parser.h"

#include <algorithm>
#include <utility>

#include "runtime/core/result.h"
#include "runtime/net/http_grammar.h"

namespace fanfold {
namespace {

constexpr std::size_t k_max_fields = 128;
constexpr std::size_t k_max_chunk_line_bytes = 1024;
// A Content-Length is only a promise: memory follows the bytes beyond this.
constexpr std::size_t k_max_reserve_bytes = std::size_t{1} << 20;

bool is_target(std::string_view text) {
  return !text.empty() && text.front() == '/' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

std::string_view ServerRequest::query() const {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

HttpRequestParser::State HttpRequestParser::state() const {
  if (m_phase == Phase::complete) return State::complete;
  return m_phase == Phase::failed ? State::failed : State::incomplete;
}

const ServerRequest* HttpRequestParser::head() const {
  const bool in_body = m_phase != Phase::head && m_phase != Phase::complete && m_phase != Phase::failed;
  return in_body ? &m_request : nullptr;
}

void HttpRequestParser::begin_pieces(std::size_t max_bytes) {
  m_in_pieces = true;
  m_max_body_bytes = max_bytes;
}

std::string HttpRequestParser::take_piece() {
  m_taken += m_request.body.size();
  return std::exchange(m_request.body, {});
}

bool HttpRequestParser::take_wants_continue() {
  return std::exchange(m_wants_continue, false);
}

ServerRequest HttpRequestParser::take() {
  FANFOLD_ASSERT(m_phase == Phase::complete);
  ServerRequest request = std::move(m_request);
  *this = HttpRequestParser(m_limits);
  return request;
}

void HttpRequestParser::fail(int status, std::string_view reason) {
  m_phase = Phase::failed;
  m_failure_status = status;
  m_failure_reason = reason;
}

std::size_t HttpRequestParser::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && m_phase != Phase::complete && m_phase != Phase::failed) {
    const std::string_view rest = bytes.substr(taken);
    switch (m_phase) {
      case Phase::head:
        taken += feed_head(rest);
        break;
      case Phase::sized_body:
      case Phase::chunk_data:
        taken += feed_data(rest);
        break;
      default:
        taken += feed_line(rest);
        break;
    }
  }
  return taken;
}

std::size_t HttpRequestParser::feed_head(std::string_view bytes) {
  const std::size_t before = m_line.size();
  m_line.append(bytes.substr(0, m_limits.max_header_bytes + 1 - before));
  for (std::size_t at = before; at < m_line.size(); ++at) {
    if (m_line[at] != '\n') continue;
    if (at == 0 || m_line[at - 1] != '\r') {
      fail(400, "a line ends in LF without CR");
      return bytes.size();
    }
    if (at >= 3 && m_line[at - 2] == '\n') {
      const std::string head = std::exchange(m_line, {});
      parse_head(std::string_view(head).substr(0, at - 1));
      return at + 1 - before;
    }
  }
  if (m_line.size() > m_limits.max_header_bytes) fail(431, "the header is too long");
  return std::min(bytes.size(), m_line.size() - before);
}

void HttpRequestParser::parse_head(std::string_view head) {
  bool first = true;
  while (!head.empty() && m_phase != Phase::failed) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);  // every line of the head ends so
    if (first ? !parse_request_line(line) : !parse_field(line, m_request.headers)) return;
    first = false;
  }
  if (!m_http_1_0 && !m_request.headers.find("host")) return fail(400, "the Host field is missing");
  const std::string_view connection = m_request.headers.value_or_empty("connection");
  m_request.keep_alive =
      m_http_1_0 ? lists_token(connection, "keep-alive") : !lists_token(connection, "close");
  choose_body();
  check_expectation();
}

bool HttpRequestParser::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  const bool three_words = first != std::string_view::npos && last > first;
  if (!three_words || !is_http_token(line.substr(0, first))) {
    fail(400, "the request line is not 'METHOD /path HTTP/1.1'");
    return false;
  }
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_target(target)) {
    fail(400, "the request's target is not a path");
    return false;
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool other_version = version.starts_with("HTTP/");
    fail(other_version ? 505 : 400, "only HTTP/1.1 is spoken here");
    return false;
  }
  m_http_1_0 = version == "HTTP/1.0";
  m_request.method = line.substr(0, first);
  m_request.target = target;
  return true;
}

bool HttpRequestParser::parse_field(std::string_view line, HttpHeaders& into) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_http_token(line.substr(0, colon))) {
    fail(400, "a header line is not 'Name: value'");
    return false;
  }
  const std::string_view value = trimmed_field(line.substr(colon + 1));
  if (!is_field_value(value)) {
    fail(400, "a header value holds control bytes");
    return false;
  }
  if (into.fields().size() >= k_max_fields) {
    fail(431, "there are too many header fields");
    return false;
  }
  into.add(line.substr(0, colon), value);
  return true;
}

void HttpRequestParser::choose_body() {
  std::size_t lengths = 0;
  std::size_t codings = 0;
  for (const auto& [name, value] : m_request.headers.fields()) {
    lengths += equal_ignoring_case(name, "content-length") ? 1U : 0U;
    codings += equal_ignoring_case(name, "transfer-encoding") ? 1U : 0U;
  }
  if (lengths + codings > 1) return fail(400, "the body's length is given more than once");
  if (codings == 1) {
    const bool chunked =
        equal_ignoring_case(m_request.headers.value_or_empty("transfer-encoding"), "chunked");
    if (!chunked || m_http_1_0) return fail(501, "the only transfer coding known here is chunked");
    m_phase = Phase::chunk_size;
    return;
  }
  if (lengths == 1 && !choose_length(m_request.headers.value_or_empty("content-length"))) return;
  m_phase = m_remaining == 0 ? Phase::complete : Phase::sized_body;
}

bool HttpRequestParser::choose_length(std::string_view text) {
  if (!parse_http_number(text, 10, m_remaining)) {
    fail(400, "Content-Length is not a number");
    return false;
  }
  if (m_remaining > m_limits.max_body_bytes) {
    m_request.body_too_large = true;
    if (m_remaining > m_limits.max_discarded_bytes) {
      fail(413, "the body is too long");
      return false;
    }
    return true;
  }
  m_request.body.reserve(std::min<std::size_t>(m_remaining, k_max_reserve_bytes));
  return true;
}

void HttpRequestParser::check_expectation() {
  const auto expectation = m_request.headers.find("expect");
  if (!expectation || m_phase == Phase::failed || m_http_1_0) return;
  if (!equal_ignoring_case(*expectation, "100-continue"))
    return fail(417, "the expectation is not known here");
  m_wants_continue = m_phase != Phase::complete;
}

std::size_t HttpRequestParser::feed_line(std::string_view bytes) {
  const std::size_t max_bytes =
      m_phase == Phase::trailer ? m_limits.max_header_bytes - m_trailer_bytes : k_max_chunk_line_bytes;
  const std::size_t end = bytes.find('\n');
  const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
  if (count > max_bytes - std::min(max_bytes, m_line.size())) {
    fail(m_phase == Phase::trailer ? 431 : 400, "a line of the chunked body is too long");
    return bytes.size();
  }
  m_line.append(bytes.substr(0, count));
  if (end == std::string_view::npos) return count;
  const std::string line = std::exchange(m_line, {});
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    fail(400, "a line ends in LF without CR");
  } else {
    line_complete(std::string_view(line).substr(0, line.size() - 2));
  }
  return count;
}

void HttpRequestParser::line_complete(std::string_view line) {
  if (m_phase == Phase::chunk_size) return begin_chunk(line);
  if (m_phase == Phase::chunk_end) {
    if (!line.empty()) return fail(400, "a chunk is longer than it says");
    m_phase = Phase::chunk_size;
    return;
  }
  if (line.empty()) {
    m_phase = Phase::complete;
    return;
  }
  m_trailer_bytes += line.size() + 2;
  parse_field(line, m_request.trailers);
}

void HttpRequestParser::begin_chunk(std::string_view line) {
  const std::string_view digits = trimmed_field(line.substr(0, line.find(';')));
  if (!parse_http_number(digits, 16, m_remaining)) return fail(400, "a chunk's size is not a number");
  if (m_remaining > m_max_body_bytes + m_limits.max_discarded_bytes) return fail(413, "the body is too long");
  m_phase = m_remaining == 0 ? Phase::trailer : Phase::chunk_data;
}

std::size_t HttpRequestParser::feed_data(std::string_view bytes) {
  const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(m_remaining, bytes.size()));
  m_remaining -= count;
  take_data(bytes.substr(0, count));
  if (m_remaining == 0 && m_phase != Phase::failed) {
    m_phase = m_phase == Phase::sized_body ? Phase::complete : Phase::chunk_end;
  }
  return count;
}

void HttpRequestParser::take_data(std::string_view bytes) {
  std::string& body = m_request.body;
  if (!m_request.body_too_large && bytes.size() > m_max_body_bytes - m_taken - body.size()) {
    m_request.body_too_large = true;
    m_discarded = body.size();
    body = std::string();
  }
  if (!m_request.body_too_large) {
    body.append(bytes);
    return;
  }
  m_discarded += bytes.size();
  if (m_discarded > m_limits.max_discarded_bytes) fail(413, "the body is too long");
}

}  // namespace fanfold
