#include "runtime/invoke/api_connection.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace fanfold {
namespace {

constexpr std::chrono::milliseconds k_connect_timeout{1'000};

// Sends all pieces with as few calls as the socket takes: 0, or the error number. `began` is set with the
// first byte.
int send_pieces(int fd, std::array<std::string_view, 3> pieces, bool& began) {
  std::size_t at = 0;
  while (true) {
    while (at < pieces.size() && pieces[at].empty()) ++at;
    if (at == pieces.size()) return 0;
    std::array<iovec, 3> vectors{};
    std::size_t count = 0;
    for (std::size_t i = at; i < pieces.size(); ++i) {
      if (!pieces[i].empty()) vectors[count++] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno;
    began = began || sent > 0;
    auto left = static_cast<std::size_t>(sent);
    for (std::size_t i = at; i < pieces.size() && left > 0; ++i) {
      const std::size_t taken = std::min(left, pieces[i].size());
      pieces[i].remove_prefix(taken);
      left -= taken;
    }
  }
}

void set_receive_timeout(int fd, std::chrono::milliseconds timeout) {
  const timeval value{timeout.count() / 1000, (timeout.count() % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
}

}  // namespace

Status ApiConnection::connect() {
  FANFOLD_ASSIGN(m_fd, m_address.connect(k_connect_timeout));
  return {};
}

Error ApiConnection::lost(int error_number, std::string_view doing) const {
  const bool late = error_number == EAGAIN;
  return make_error(late ? ErrorKind::timeout : ErrorKind::transient,
                    "the Runtime API at {} was lost while {}: {}", m_address.text(), doing,
                    error_number == 0 ? "it closed the connection" : ::strerrordesc_np(error_number));
}

bool ApiConnection::has_something_to_read() const {
  char byte = 0;
  const ssize_t got = ::recv(m_fd.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

Status ApiConnection::send(std::string_view head, std::string_view body) {
  m_has_sent = m_early_answer = false;
  // Between two exchanges the peer has nothing to say: what is there is the connection's end.
  if (m_fd && has_something_to_read()) drop();
  if (!m_fd) FANFOLD_TRY(connect());
  Status sent = send_more(head, body, {});
  // A peer that refuses a long request may have said so before it closed.
  if (!sent && m_has_sent && receive_all()) {
    m_early_answer = true;
    return {};
  }
  if (!sent) drop();
  return sent;
}

Status ApiConnection::send_more(std::string_view first, std::string_view second, std::string_view last) {
  if (!m_fd) return lost(0, "sending");
  const int outcome = send_pieces(m_fd.get(), {first, second, last}, m_has_sent);
  if (outcome == 0) return {};
  return lost(outcome, "sending");
}

Status ApiConnection::receive(Waiting waiting, std::optional<std::chrono::milliseconds> limit) {
  if (std::exchange(m_early_answer, false)) {
    drop();
    return {};
  }
  if (!m_fd) return lost(0, "waiting for an answer");
  if (limit) set_receive_timeout(m_fd.get(), *limit);
  const bool interruptible = waiting == Waiting::until_interrupted;
  if (interruptible) {
    const std::lock_guard lock(m_mutex);
    if (m_is_interrupted) return Error(ErrorKind::cancelled, "the wait for an event was ended");
    m_is_waiting = true;
  }
  const Status status = receive_all();
  if (interruptible) {
    const std::lock_guard lock(m_mutex);
    m_is_waiting = false;
    if (m_is_interrupted) return Error(ErrorKind::cancelled, "the wait for an event was ended");
  }
  if (m_fd && limit) set_receive_timeout(m_fd.get(), std::chrono::milliseconds(0));
  if (!status || !m_parser.keep_alive()) drop();
  return status;
}

// Leaves the socket open: somebody may be about to interrupt it.
Status ApiConnection::receive_all() {
  m_parser.reset();
  while (m_parser.state() == HttpResponseParser::State::incomplete) {
    const std::span<char> room = m_parser.room();
    const ssize_t got = ::recv(m_fd.get(), room.data(), room.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return lost(errno, "answering");
    if (got == 0) {
      m_parser.end_of_input();
      if (m_parser.state() != HttpResponseParser::State::complete) return lost(0, "answering");
    } else {
      m_parser.received(static_cast<std::size_t>(got));
    }
  }
  if (m_parser.state() == HttpResponseParser::State::complete) return {};
  return make_error(ErrorKind::corrupt_data, "the answer of the Runtime API at {} is not usable: {}",
                    m_address.text(), m_parser.failure_reason());
}

void ApiConnection::interrupt() {
  const std::lock_guard lock(m_mutex);
  m_is_interrupted = true;
  if (m_is_waiting) ::shutdown(m_fd.get(), SHUT_RDWR);
}

bool ApiConnection::is_interrupted() const {
  const std::lock_guard lock(m_mutex);
  return m_is_interrupted;
}

}  // namespace fanfold
