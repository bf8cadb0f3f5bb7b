#include "runtime/partials/redis_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "runtime/core/handle.h"
#include "runtime/partials/redis_errors.h"

namespace fanfold {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Addresses = CHandle<addrinfo, freeaddrinfo>;

// Waits until one of `events` or the deadline: 0, ETIMEDOUT or another error number.
int wait_for_socket(int fd, short events, RedisDeadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return ETIMEDOUT;
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 1 << 30)));
    if (ready > 0) return 0;
    if (ready < 0 && errno != EINTR) return errno;
  }
}

class SocketStream final : public RedisStream {
 public:
  SocketStream(UniqueFd fd, std::string server) : m_fd(std::move(fd)), m_server(std::move(server)) {}

  Result<std::size_t> send_some(std::string_view bytes, RedisDeadline deadline) override {
    for (;;) {
      const ssize_t sent = ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) return static_cast<std::size_t>(sent);
      FANFOLD_TRY(wait_after(errno, POLLOUT, deadline));
    }
  }

  Result<std::size_t> receive_some(std::span<char> buffer, RedisDeadline deadline) override {
    for (;;) {
      const ssize_t got = ::recv(m_fd.get(), buffer.data(), buffer.size(), 0);
      if (got > 0) return static_cast<std::size_t>(got);
      if (got == 0) return lost_connection(0, m_server);
      FANFOLD_TRY(wait_after(errno, POLLIN, deadline));
    }
  }

 private:
  // After a call that failed: whether it may be tried again, once the socket is ready.
  Status wait_after(int error_number, short events, RedisDeadline deadline) const {
    if (error_number == EINTR) return {};
    if (error_number == EAGAIN) error_number = wait_for_socket(m_fd.get(), events, deadline);
    if (error_number == 0) return {};
    if (error_number != ETIMEDOUT) return lost_connection(error_number, m_server);
    return make_error(ErrorKind::timeout, "Redis at {} did not answer in time", m_server);
  }

  UniqueFd m_fd;  // non-blocking
  std::string m_server;
};

// The one place where a failure to connect becomes an Error.
Error connection_error(ErrorKind kind, std::string_view reason, std::string_view server) {
  return make_error(kind, "cannot connect to Redis at {}: {}; is the server running and the address right?",
                    server, reason);
}

Error connection_error(int error_number, std::string_view server) {
  const ErrorKind kind = error_number == ETIMEDOUT ? ErrorKind::timeout
                         : error_number == EACCES  ? ErrorKind::permission_denied
                                                   : ErrorKind::transient;
  return connection_error(kind, ::strerrordesc_np(error_number), server);
}

// The connected socket, or the error number.
int connect_one(int family, const sockaddr* address, socklen_t size, RedisDeadline deadline,
                UniqueFd& connected) {
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return errno;
  int outcome = ::connect(fd.get(), address, size) == 0 ? 0 : errno;
  // A Unix socket whose queue is full says EAGAIN, and nothing is under way that could be waited for.
  if (outcome == EINPROGRESS || outcome == EINTR) {
    outcome = wait_for_socket(fd.get(), POLLOUT, deadline);
    socklen_t length = sizeof outcome;
    if (outcome == 0) ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &outcome, &length);
  }
  if (outcome == 0) connected = std::move(fd);
  return outcome;
}

Result<UniqueFd> connect_unix(const RedisAddress& address, RedisDeadline deadline) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (address.path.size() >= sizeof where.sun_path) {
    return connection_error(ErrorKind::invalid_argument, "the socket's path is too long", address.shown());
  }
  address.path.copy(where.sun_path, sizeof where.sun_path - 1);
  UniqueFd fd;
  const int outcome =
      connect_one(AF_UNIX, reinterpret_cast<const sockaddr*>(&where), sizeof where, deadline, fd);
  if (outcome != 0) return connection_error(outcome, address.shown());
  return fd;
}

Result<Addresses> resolve(const RedisAddress& address) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int outcome =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &found);
  if (outcome == 0) return Addresses(found);
  if (outcome == EAI_SYSTEM) return connection_error(errno, address.shown());
  const bool passing = outcome == EAI_AGAIN || outcome == EAI_MEMORY;
  return connection_error(passing ? ErrorKind::transient : ErrorKind::not_found, ::gai_strerror(outcome),
                          address.shown());
}

Result<UniqueFd> connect_tcp(const RedisAddress& address, RedisDeadline deadline) {
  FANFOLD_ASSIGN(const Addresses addresses, resolve(address));
  std::int64_t untried = 0;
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) ++untried;
  int outcome = EADDRNOTAVAIL;
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next, --untried) {
    const auto now = std::chrono::steady_clock::now();
    UniqueFd fd;
    outcome =
        connect_one(one->ai_family, one->ai_addr, one->ai_addrlen, now + (deadline - now) / untried, fd);
    if (outcome != 0) continue;
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
  }
  return connection_error(outcome, address.shown());
}

}  // namespace

Result<std::unique_ptr<RedisStream>> connect_redis_socket(const RedisAddress& address,
                                                          RedisDeadline deadline) {
  const bool local = address.transport == RedisTransport::unix_socket;
  FANFOLD_ASSIGN(UniqueFd fd, local ? connect_unix(address, deadline) : connect_tcp(address, deadline));
  return std::unique_ptr<RedisStream>(std::make_unique<SocketStream>(std::move(fd), address.shown()));
}

}  // namespace fanfold
