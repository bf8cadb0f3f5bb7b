#include "runtime/net/http_connection.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace fanfold {
namespace {

constexpr std::size_t k_receive_bytes = std::size_t{64} * 1024;

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Other";
  }
}

bool would_block(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK;
}

// Waits for room. Interrupts count only while there is none.
Status wait_writable(int fd, const SendPatience& patience) {
  std::vector<pollfd> watched{{fd, POLLOUT, 0}};
  for (const int interrupt : patience.interrupts) watched.push_back({interrupt, POLLIN, 0});
  if (!poll_until(watched, patience.deadline)) {
    return Error(ErrorKind::timeout, "the peer does not read its HTTP answer");
  }
  if (watched.front().revents == 0)
    return Error(ErrorKind::cancelled, "sending an HTTP answer was interrupted");
  return {};
}

}  // namespace

HttpConnection::Progress HttpConnection::parse_unparsed() {
  const std::size_t taken = m_parser.feed(m_unparsed);
  m_unparsed.erase(0, taken);
  // The peer waits for this word; where the socket has no room for 25 bytes it is not waiting.
  if (m_parser.take_wants_continue()) {
    constexpr std::string_view k_continue = "HTTP/1.1 100 Continue\r\n\r\n";
    ::send(m_fd.get(), k_continue.data(), k_continue.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  switch (m_parser.state()) {
    case HttpRequestParser::State::complete:
      return Progress::request;
    case HttpRequestParser::State::failed:
      return Progress::failed;
    case HttpRequestParser::State::incomplete:
      break;
  }
  if (m_parser.head() == nullptr) return Progress::incomplete;
  if (m_heads == Heads::at_once && !std::exchange(m_head_said, true)) return Progress::head;
  return m_parser.in_pieces() && !m_parser.head()->body.empty() ? Progress::piece : Progress::incomplete;
}

HttpConnection::Progress HttpConnection::receive() {
  Progress progress = parse_unparsed();
  std::array<char, k_receive_bytes> buffer;
  while (progress == Progress::incomplete) {
    const ssize_t got = ::recv(m_fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && would_block(errno)) return Progress::incomplete;
    if (got <= 0) return Progress::closed;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t taken = m_parser.feed(bytes);
    m_unparsed.assign(bytes.substr(taken));
    progress = parse_unparsed();
  }
  return progress;
}

ServerReply HttpConnection::failure() const {
  ServerReply reply{.status = m_parser.failure_status(), .headers = {}, .body = {}};
  reply.headers.add("Content-Type", "text/plain");
  reply.body = std::string(m_parser.failure_reason()) + "\n";
  return reply;
}

namespace {

std::string head_of(int status, const HttpHeaders& headers, std::size_t body_bytes,
                    HttpConnection::KeepAlive keep_alive) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  for (const auto& [name, value] : headers.fields()) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (status != 204) head += fmt::format("Content-Length: {}\r\n", body_bytes);
  if (keep_alive == HttpConnection::KeepAlive::no) head += "Connection: close\r\n";
  head += "\r\n";
  return head;
}

// How much went out, 0 where there is no room.
Result<std::size_t> send_some(int fd, std::string_view head, std::string_view body) {
  std::array<iovec, 2> pieces{iovec{const_cast<char*>(head.data()), head.size()},
                              iovec{const_cast<char*>(body.data()), body.size()}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  for (;;) {
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (would_block(errno)) return std::size_t{0};
    if (errno != EINTR) return errno_error(errno, "send an HTTP answer");
  }
}

}  // namespace

Status HttpConnection::send(int status, const HttpHeaders& headers, std::string_view body,
                            KeepAlive keep_alive, const SendPatience& patience) {
  return send_bytes(head_of(status, headers, body.size(), keep_alive), body, patience);
}

Status HttpConnection::start_sending(int status, const HttpHeaders& headers, std::string_view body,
                                     KeepAlive keep_alive) {
  const std::string head = head_of(status, headers, body.size(), keep_alive);
  std::size_t sent = 0;
  if (!sending()) {
    FANFOLD_ASSIGN(sent, send_some(m_fd.get(), head, body));
    m_unsent.clear();
    m_unsent_from = 0;
  }
  m_unsent += std::string_view(head).substr(std::min(sent, head.size()));
  m_unsent += body.substr(sent - std::min(sent, head.size()));
  return sending() ? go_on() : Status{};
}

Status HttpConnection::go_on() {
  while (sending()) {
    FANFOLD_ASSIGN(const std::size_t sent,
                   send_some(m_fd.get(), std::string_view(m_unsent).substr(m_unsent_from), {}));
    if (sent == 0) return {};
    m_unsent_from += sent;
  }
  m_unsent = std::string();
  m_unsent_from = 0;
  return {};
}

Status HttpConnection::send_bytes(std::string_view head, std::string_view body,
                                  const SendPatience& patience) {
  while (!head.empty() || !body.empty()) {
    FANFOLD_ASSIGN(const std::size_t sent, send_some(m_fd.get(), head, body));
    if (sent == 0) {
      FANFOLD_TRY(wait_writable(m_fd.get(), patience));
      continue;
    }
    const std::size_t of_head = std::min(head.size(), sent);
    head.remove_prefix(of_head);
    body.remove_prefix(sent - of_head);
  }
  return {};
}

}  // namespace fanfold
