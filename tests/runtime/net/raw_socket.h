// A plain TCP client for tests that need to misbehave.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/core/handle.h"

namespace fanfold {

class RawSocket {
 public:
  explicit RawSocket(std::string_view address) : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string_view digits = address.substr(address.rfind(':') + 1);
    std::uint16_t port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    where.sin_port = htons(port);
    if (::connect(m_fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) std::abort();
  }
  explicit RawSocket(UniqueFd connected) : m_fd(std::move(connected)) {}

  // False when the peer no longer listens.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // All that comes until the text has ended with `end`, or the peer closes.
  std::string receive_until(std::string_view end) {
    std::string text;
    for (char c = 0; !text.ends_with(end) && ::recv(m_fd.get(), &c, 1, 0) == 1;) text.push_back(c);
    return text;
  }
  // So many, or fewer where the peer closes.
  std::string receive_bytes(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t have = 0;
    for (ssize_t got = 1; have < bytes && got > 0;
         have += static_cast<std::size_t>(std::max<ssize_t>(got, 0))) {
      got = ::recv(m_fd.get(), text.data() + have, bytes - have, 0);
    }
    text.resize(have);
    return text;
  }
  std::string receive_all() {
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t got = 0; (got = ::recv(m_fd.get(), buffer.data(), buffer.size(), 0)) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  void close() { m_fd.reset(); }

 private:
  UniqueFd m_fd;
};

}  // namespace fanfold
