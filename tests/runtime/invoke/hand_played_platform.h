// A Runtime API whose part the test itself plays, step by step, on plain sockets.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <utility>

#include "runtime/net/http_parser.h"
#include "runtime/net/socket.h"

namespace fanfold {

class HandPlayedPlatform {
 public:
  class Connection {
   public:
    explicit Connection(UniqueFd fd) : m_fd(std::move(fd)), m_parser(HttpLimits{}) {}

    // The next request; one without a method where none comes within five seconds.
    ServerRequest read() {
      std::array<char, 65536> buffer;
      while (m_parser.state() == HttpRequestParser::State::incomplete) {
        pollfd watched{m_fd.get(), POLLIN, 0};
        if (!poll_until({&watched, 1}, std::chrono::steady_clock::now() + std::chrono::seconds(5))) break;
        const ssize_t got = ::recv(m_fd.get(), buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        m_parser.feed({buffer.data(), static_cast<std::size_t>(got)});
      }
      const bool complete = m_parser.state() == HttpRequestParser::State::complete;
      EXPECT_TRUE(complete) << "no request came";
      return complete ? m_parser.take() : ServerRequest{};
    }
    std::string read_path() {
      const ServerRequest request = read();
      return request.method + " " + request.target;
    }
    void say(const std::string& bytes) { ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    void answer(int status, const std::string& fields = {}, const std::string& body = {}) {
      say("HTTP/1.1 " + std::to_string(status) + " X\r\n" + fields +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    void give_event(const std::string& id, const std::string& body, const std::string& fields = {}) {
      answer(200, "Lambda-Runtime-Aws-Request-Id: " + id + "\r\n" + fields, body);
    }
    void close() { m_fd.reset(); }

   private:
    UniqueFd m_fd;
    HttpRequestParser m_parser;
  };

  HandPlayedPlatform()
      : m_listener(std::move(*listen_tcp("127.0.0.1:0"))), m_address(*local_address(m_listener.get())) {}

  const std::string& address() const { return m_address; }
  // Fails the test where nobody comes within five seconds.
  Connection accept() {
    pollfd watched{m_listener.get(), POLLIN, 0};
    EXPECT_TRUE(poll_until({&watched, 1}, std::chrono::steady_clock::now() + std::chrono::seconds(5)))
        << "nobody connects";
    return Connection(UniqueFd(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)));
  }

 private:
  UniqueFd m_listener;
  std::string m_address;
};

inline constexpr char k_next_path[] = "GET /2018-06-01/runtime/invocation/next";
inline constexpr char k_register_path[] = "POST /2020-01-01/extension/register";
inline constexpr char k_event_next_path[] = "GET /2020-01-01/extension/event/next";

inline std::string response_path(const std::string& id) {
  return "POST /2018-06-01/runtime/invocation/" + id + "/response";
}
inline std::string error_path(const std::string& id) {
  return "POST /2018-06-01/runtime/invocation/" + id + "/error";
}

}  // namespace fanfold
