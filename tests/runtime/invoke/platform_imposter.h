// A Runtime API that answers request after request from a script, as oddly as the script wants, and keeps
// what it was asked. When the script ends it closes everything.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/net/http_parser.h"
#include "runtime/net/socket.h"
#include "tests/runtime/net/raw_socket.h"

namespace fanfold {

struct ScriptedReply {
  std::string bytes;   // sent as they are
  bool close = false;  // the connection is cut afterwards
  bool early = false;  // in the middle of the request
};

inline std::string reply_bytes(int status, const std::string& body = {}, const std::string& fields = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// An event with the given id; `fields` are added.
inline ScriptedReply event(const std::string& id, const std::string& body = "{}",
                           const std::string& fields = {}) {
  return {reply_bytes(200, body, "Lambda-Runtime-Aws-Request-Id: " + id + "\r\n" + fields)};
}
inline ScriptedReply accepted() {
  return {reply_bytes(202, "{\"status\":\"OK\"}\n")};
}
inline ScriptedReply refused(int status, const std::string& type) {
  return {reply_bytes(status, R"({"errorMessage":"m","errorType":")" + type + "\"}")};
}
inline ScriptedReply cut(const std::string& bytes = {}) {
  return {bytes, true};
}
inline ScriptedReply cut_early(const std::string& bytes = {}) {
  return {bytes, true, true};
}

class PlatformImposter {
 public:
  explicit PlatformImposter(std::vector<ScriptedReply> script)
      : m_listener(std::move(*listen_tcp("127.0.0.1:0"))),
        m_address(*local_address(m_listener.get())),
        m_script(std::move(script)),
        m_thread([this] { play(); }) {}
  PlatformImposter(const PlatformImposter&) = delete;
  PlatformImposter& operator=(const PlatformImposter&) = delete;
  ~PlatformImposter() {
    if (m_thread.joinable()) m_thread.join();
  }

  const std::string& address() const { return m_address; }
  int connections() const { return m_connections; }
  // All requests, once the script has been played to its end. Call it after run() has returned.
  const std::vector<ServerRequest>& requests() {
    if (m_thread.joinable()) m_thread.join();
    return m_requests;
  }
  // "GET next", "POST id/response", ... in order.
  std::vector<std::string> calls() {
    std::vector<std::string> names;
    for (const ServerRequest& request : requests()) {
      std::string_view path = request.target;
      for (const std::string_view prefix : {"/2018-06-01/runtime/", "invocation/"}) {
        if (path.starts_with(prefix)) path.remove_prefix(prefix.size());
      }
      names.push_back(request.method + " " + std::string(path));
    }
    return names;
  }

 private:
  void play() {
    std::size_t at = 0;
    while (at < m_script.size()) {
      pollfd watched{m_listener.get(), POLLIN, 0};
      const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      if (!poll_until({&watched, 1}, patience)) {
        ADD_FAILURE() << "nobody came for step " << at;
        break;
      }
      UniqueFd fd(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      ++m_connections;
      at = serve(fd.get(), at);
    }
    m_listener.reset();
  }

  // Answers on one connection until it ends; the next step of the script.
  std::size_t serve(int fd, std::size_t at) {
    HttpRequestParser parser({});
    std::array<char, 65536> buffer;
    while (at < m_script.size()) {
      const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return at;
      parser.feed({buffer.data(), static_cast<std::size_t>(got)});
      if (m_script[at].early) {
        ::send(fd, m_script[at].bytes.data(), m_script[at].bytes.size(), MSG_NOSIGNAL);
        return at + 1;
      }
      if (parser.state() != HttpRequestParser::State::complete) continue;
      m_requests.push_back(parser.take());
      const ScriptedReply& reply = m_script[at++];
      ::send(fd, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
      if (reply.close) return at;
    }
    return at;
  }

  UniqueFd m_listener;
  std::string m_address;
  std::vector<ScriptedReply> m_script;
  std::vector<ServerRequest> m_requests;
  int m_connections = 0;
  std::thread m_thread;
};

}  // namespace fanfold
