// What listens where a Redis should: it answers every request with the same bytes, or passes both ways
// between a client and the real server and loses answers on request.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "runtime/core/handle.h"
#include "runtime/partials/redis_address.h"

namespace fanfold {

class RedisImposter {
 public:
  // Answers `reply` to whatever comes. "" is no answer at all, "close" closes the connection instead.
  static std::unique_ptr<RedisImposter> answering(const std::string& socket_path, std::string reply) {
    return std::unique_ptr<RedisImposter>(new RedisImposter(socket_path, std::move(reply), ""));
  }
  // Stands between a client and the server behind `real_path`.
  static std::unique_ptr<RedisImposter> between(const std::string& socket_path,
                                                const std::string& real_path) {
    return std::unique_ptr<RedisImposter>(new RedisImposter(socket_path, "", real_path));
  }

  const RedisAddress& address() const { return m_address; }
  // The next answer of the server is swallowed, and the connection closed.
  void lose_next_answer() { m_lose = true; }
  int answers_lost() const { return m_lost; }

 private:
  RedisImposter(const std::string& socket_path, std::string reply, std::string real_path)
      : m_address(address_of(socket_path)), m_reply(std::move(reply)), m_real_path(std::move(real_path)) {
    listen();
    m_thread = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }

  static RedisAddress address_of(const std::string& path) {
    RedisAddress address;
    address.transport = RedisTransport::unix_socket;
    address.path = path;
    return address;
  }
  static sockaddr_un socket_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }
  void listen() {
    const sockaddr_un address = socket_address(m_address.path);
    m_listener.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(m_listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(m_listener.get(), 8), 0);
  }
  // Short waits only to see a stop; every event is seen when it comes.
  static bool readable(int fd, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{fd, POLLIN, 0};
      if (::poll(&waiting, 1, 20) > 0) return true;
    }
    return false;
  }
  void serve(const std::stop_token& stop) {
    while (readable(m_listener.get(), stop)) {
      const UniqueFd client(::accept(m_listener.get(), nullptr, nullptr));
      if (m_real_path.empty()) {
        answer_all(client.get(), stop);
      } else {
        pass_between(client.get(), stop);
      }
    }
  }
  void answer_all(int client, const std::stop_token& stop) {
    std::array<char, 4096> buffer;
    while (readable(client, stop)) {
      if (::recv(client, buffer.data(), buffer.size(), 0) <= 0) return;
      if (m_reply == "close") return;
      ::send(client, m_reply.data(), m_reply.size(), MSG_NOSIGNAL);
    }
  }
  void pass_between(int client, const std::stop_token& stop) {
    const UniqueFd server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = socket_address(m_real_path);
    if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
    std::array<char, 65536> buffer;
    while (!stop.stop_requested()) {
      std::array<pollfd, 2> waiting{pollfd{client, POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
      ::poll(waiting.data(), waiting.size(), 20);
      for (const int from : {0, 1}) {
        if (waiting[static_cast<std::size_t>(from)].revents == 0) continue;
        const ssize_t got =
            ::recv(waiting[static_cast<std::size_t>(from)].fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) return;
        if (from == 1 && m_lose.exchange(false)) {
          ++m_lost;
          return;
        }
        ::send(waiting[static_cast<std::size_t>(1 - from)].fd, buffer.data(), static_cast<std::size_t>(got),
               MSG_NOSIGNAL);
      }
    }
  }

  RedisAddress m_address;
  std::string m_reply;
  std::string m_real_path;
  std::atomic<bool> m_lose{false};
  std::atomic<int> m_lost{0};
  UniqueFd m_listener;
  std::jthread m_thread;
};

}  // namespace fanfold
