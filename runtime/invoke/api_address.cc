#include "runtime/invoke/api_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runtime/net/http_grammar.h"

namespace fanfold {
namespace {

using Addresses = CHandle<addrinfo, freeaddrinfo>;

// Kernel-side patience of connect() and send(); zero is for ever.
void set_send_timeout(int fd, std::chrono::milliseconds timeout) {
  const timeval value{timeout.count() / 1000, (timeout.count() % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

Result<UniqueFd> connect_to(const sockaddr* address, socklen_t size, std::chrono::milliseconds timeout,
                            std::string_view shown) {
  UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return errno_error(errno, "make a socket");
  set_send_timeout(fd.get(), timeout);
  int outcome = 0;
  while ((outcome = ::connect(fd.get(), address, size)) != 0 && errno == EINTR) {
  }
  if (outcome != 0 && errno != EISCONN) {
    const bool late = errno == EINPROGRESS || errno == EALREADY || errno == ETIMEDOUT;
    return make_error(late ? ErrorKind::timeout : ErrorKind::transient,
                      "cannot connect to the Runtime API at {}: {}", shown,
                      late ? "no answer in time" : ::strerrordesc_np(errno));
  }
  set_send_timeout(fd.get(), std::chrono::milliseconds(0));
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

Result<Addresses> look_up(const std::string& host, const std::string& port, std::string_view shown) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int outcome = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  if (outcome == 0) return Addresses(found);
  const bool passing = outcome == EAI_AGAIN || outcome == EAI_MEMORY || outcome == EAI_SYSTEM;
  return make_error(passing ? ErrorKind::transient : ErrorKind::not_found,
                    "cannot connect to the Runtime API at {}: {}", shown, ::gai_strerror(outcome));
}

}  // namespace

Result<ApiAddress> ApiAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::uint64_t port = 0;
  const bool split = colon != std::string_view::npos && colon > 0;
  std::string_view host = split ? text.substr(0, colon) : std::string_view();
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool plain = std::none_of(host.begin(), host.end(), [bracketed](char c) {
    return c <= 0x20 || c >= 0x7f || std::string_view("/?#@[]").find(c) != std::string_view::npos ||
           (c == ':' && !bracketed);
  });
  const bool has_port =
      split && parse_http_number(text.substr(colon + 1), 10, port) && port > 0 && port <= 65535;
  if (!plain || !has_port) {
    return make_error(ErrorKind::invalid_argument,
                      "the Runtime API's address is '{}', which is not host:port", text);
  }
  return ApiAddress(std::string(text), std::string(host), std::to_string(port));
}

Result<UniqueFd> ApiAddress::connect(std::chrono::milliseconds timeout) const {
  std::uint64_t port = 0;
  parse_http_number(m_port, 10, port);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  // What the platform sets in practice; it spares the resolver.
  if (::inet_pton(AF_INET, m_host.c_str(), &where.sin_addr) == 1) {
    return connect_to(reinterpret_cast<const sockaddr*>(&where), sizeof where, timeout, m_text);
  }
  FANFOLD_ASSIGN(const Addresses addresses, look_up(m_host, m_port, m_text));
  Result<UniqueFd> connected =
      make_error(ErrorKind::not_found, "cannot connect to the Runtime API at {}: it has no address", m_text);
  for (const addrinfo* one = addresses.get(); one != nullptr && !connected; one = one->ai_next) {
    connected = connect_to(one->ai_addr, one->ai_addrlen, timeout, m_text);
  }
  return connected;
}

}  // namespace fanfold
