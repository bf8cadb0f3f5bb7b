#include "runtime/core/log_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <ctime>
#include <utility>

namespace fanfold::log {
namespace {

constexpr std::chrono::milliseconds k_patience{50};
constexpr std::size_t k_max_pieces = LogStream::k_max_pieces;

// While it lives, a write of this thread to a pipe without a reader is an error and no signal.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    ::sigemptyset(&m_broken_pipe);
    ::sigaddset(&m_broken_pipe, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    m_was_pending = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &m_broken_pipe, &m_mask);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;
  ~NoBrokenPipeSignal() { ::pthread_sigmask(SIG_SETMASK, &m_mask, nullptr); }

  // Takes back what the write has raised.
  void swallow() const {
    const timespec at_once{};
    while (!m_was_pending && ::sigtimedwait(&m_broken_pipe, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }

 private:
  sigset_t m_broken_pipe{};
  sigset_t m_mask{};
  bool m_was_pending = false;
};

void remove_front(std::span<std::string_view> pieces, std::size_t bytes) {
  for (std::string_view& piece : pieces) {
    const std::size_t taken = std::min(bytes, piece.size());
    piece.remove_prefix(taken);
    bytes -= taken;
  }
}

std::size_t size_of(std::span<const std::string_view> pieces) {
  std::size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  return bytes;
}

struct Vectors {
  std::array<iovec, k_max_pieces> data{};
  std::size_t count = 0;

  Vectors(std::span<const std::string_view> pieces, std::size_t max_bytes) {
    for (const std::string_view piece : pieces) {
      const std::size_t bytes = std::min(piece.size(), max_bytes);
      if (bytes > 0) data[count++] = {const_cast<char*>(piece.data()), bytes};
      max_bytes -= bytes;
    }
  }
};

ssize_t send_to_socket(int fd, Vectors& vectors) {
  msghdr message{};
  message.msg_iov = vectors.data.data();
  message.msg_iovlen = vectors.count;
  return ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t write_to_file(int fd, const Vectors& vectors) {
  const NoBrokenPipeSignal guard;
  const ssize_t written = ::writev(fd, vectors.data.data(), static_cast<int>(vectors.count));
  const int error_number = errno;
  if (written < 0 && error_number == EPIPE) guard.swallow();
  errno = error_number;
  return written;
}

}  // namespace

LogStream::Outcome LogStream::write(std::span<const std::string_view> pieces) {
  const std::lock_guard lock(m_mutex);
  std::array<std::string_view, k_max_pieces + 1> all{m_rest};
  std::copy(pieces.begin(), pieces.end(), all.begin() + 1);
  const Pieces record = Pieces(all).subspan(1, pieces.size());
  const std::size_t bytes = size_of(record);

  std::chrono::milliseconds patience = m_is_stalled ? std::chrono::milliseconds(0) : k_patience;
  int outcome = send(Pieces(all).first(1), patience);
  if (outcome == 0) outcome = send(record, patience);
  m_is_stalled = outcome == EAGAIN;
  if (outcome == 0) {
    m_rest.clear();
    return Outcome::written;
  }
  const bool begun = size_of(record) < bytes;
  std::string rest(all.front());
  for (const std::string_view piece : record) {
    if (begun) rest += piece;
  }
  m_rest = std::move(rest);
  const bool may_pass = outcome == EAGAIN || outcome == ENOSPC || outcome == EDQUOT;
  if (begun && may_pass) return Outcome::written;
  ++m_lost;
  return may_pass ? Outcome::lost : Outcome::gone;
}

std::uint64_t LogStream::take_lost() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_lost, 0);
}

int LogStream::send(Pieces pieces, std::chrono::milliseconds& patience) {
  using std::chrono::steady_clock;
  while (size_of(pieces) > 0) {
    int outcome = send_once(pieces);
    if (outcome == EAGAIN && patience.count() > 0) {
      const steady_clock::time_point since = steady_clock::now();
      outcome = wait_until_writable(patience);
      patience -= std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - since);
    }
    if (outcome != 0) return outcome;
  }
  return 0;
}

int LogStream::send_once(Pieces pieces) {
  if (m_kind == Kind::unknown) find_kind();
  Vectors vectors(pieces, m_takes_portions ? std::size_t{PIPE_BUF} : SIZE_MAX);
  if (m_kind != Kind::socket) {
    if (const int outcome = wait_until_writable(std::chrono::milliseconds(0)); outcome != 0) return outcome;
  }
  const ssize_t sent = m_kind == Kind::socket ? send_to_socket(m_fd, vectors) : write_to_file(m_fd, vectors);
  if (sent < 0) return errno == EINTR ? 0 : errno == EWOULDBLOCK ? EAGAIN : errno;
  remove_front(pieces, static_cast<std::size_t>(sent));
  return 0;
}

int LogStream::wait_until_writable(std::chrono::milliseconds limit) const {
  pollfd watched{m_fd, POLLOUT, 0};
  const int ready = ::poll(&watched, 1, static_cast<int>(limit.count()));
  if (ready < 0) return errno == EINTR ? EAGAIN : errno;
  if (ready == 0) return EAGAIN;
  return (watched.revents & POLLNVAL) != 0 ? EBADF : 0;
}

void LogStream::find_kind() {
  struct stat status {};
  if (::fstat(m_fd, &status) != 0) return;
  m_kind = S_ISSOCK(status.st_mode) ? Kind::socket : S_ISFIFO(status.st_mode) ? Kind::pipe : Kind::other;
  const int flags = ::fcntl(m_fd, F_GETFL);
  m_takes_portions = m_kind == Kind::pipe && (flags < 0 || (flags & O_NONBLOCK) == 0);
}

}  // namespace fanfold::log
