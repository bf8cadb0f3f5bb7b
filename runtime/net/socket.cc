#include "runtime/net/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace fanfold {
namespace {

constexpr int k_backlog = 1024;

Result<sockaddr_in> parse_address(std::string_view text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const std::size_t colon = text.rfind(':');
  const std::string host(text.substr(0, colon));
  std::uint16_t port = 0;
  const std::string_view digits =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool port_read = !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
  if (!port_read || ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' is no address to listen on; write it as 127.0.0.1:8080, or with port 0 for any",
                      text);
  }
  address.sin_port = htons(port);
  return address;
}

}  // namespace

Result<UniqueFd> listen_tcp(std::string_view address) {
  FANFOLD_ASSIGN(const sockaddr_in where, parse_address(address));
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return errno_error(errno, "make a socket");
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
  if (!bound || ::listen(fd.get(), k_backlog) != 0)
    return errno_error(errno, fmt::format("listen on {}", address));
  return fd;
}

Result<std::string> local_address(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return errno_error(errno, "ask a socket for its address");
  }
  std::array<char, INET_ADDRSTRLEN> host{};
  ::inet_ntop(AF_INET, &address.sin_addr, host.data(), host.size());
  return fmt::format("{}:{}", host.data(), ntohs(address.sin_port));
}

Result<UniqueFd> accept_tcp(int listener) {
  UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) {
    const bool none_waits =
        errno == EAGAIN || errno == EWOULDBLOCK || errno == ECONNABORTED || errno == EINTR;
    if (none_waits) return UniqueFd();
    return errno_error(errno, "accept a connection");
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

bool poll_until(std::span<pollfd> watched, const Deadline& deadline) {
  for (;;) {
    int timeout_ms = -1;
    if (deadline) {
      const auto left = *deadline - std::chrono::steady_clock::now();
      const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left).count();
      timeout_ms = static_cast<int>(std::clamp<std::int64_t>(rounded, 0, 1'000'000'000));
    }
    const int ready = ::poll(watched.data(), watched.size(), timeout_ms);
    if (ready > 0) return true;
    if (ready == 0 && deadline && std::chrono::steady_clock::now() >= *deadline) return false;
  }
}

Result<StopEvent> StopEvent::create() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return errno_error(errno, "make an event");
  return StopEvent(std::move(fd));
}

void StopEvent::set() const {
  ::eventfd_write(m_fd.get(), 1);
}

bool StopEvent::is_set() const {
  pollfd watched{m_fd.get(), POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

}  // namespace fanfold
