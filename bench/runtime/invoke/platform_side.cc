#include "bench/runtime/invoke/platform_side.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace fanfold::bench {

void PlatformSide::give_up(const char* what) const {
  std::fprintf(stderr, "runtime_bench: %s: %s\n", m_program.c_str(), what);
  std::exit(1);
}

void PlatformSide::send_all(int fd, const std::string& head, const std::string& body) const {
  std::string_view pieces[2] = {head, body};
  while (!pieces[0].empty() || !pieces[1].empty()) {
    iovec vectors[2] = {{const_cast<char*>(pieces[0].data()), pieces[0].size()},
                        {const_cast<char*>(pieces[1].data()), pieces[1].size()}};
    const ssize_t sent = ::writev(fd, vectors, 2);
    if (sent <= 0) give_up("the process does not read");
    std::size_t done = static_cast<std::size_t>(sent);
    for (std::string_view& piece : pieces) {
      const std::size_t here = std::min(done, piece.size());
      piece.remove_prefix(here);
      done -= here;
    }
  }
}

PlatformSide::PlatformSide() : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(m_listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(m_listener.get(), 16) != 0 ||
      ::getsockname(m_listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    give_up("cannot listen on 127.0.0.1");
  }
  m_address = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  m_buffer.resize(8 << 20);
}

void PlatformSide::expect(std::string program) {
  m_program = std::move(program);
  m_connection.reset();
  m_parked.clear();
}

// The head, and the body read and thrown away; false where the peer has closed.
bool PlatformSide::read_request(int fd, std::string& head, std::size_t& body_bytes) {
  std::size_t used = 0, end = std::string::npos;
  while (end == std::string::npos) {
    const ssize_t got = ::recv(fd, m_buffer.data() + used, m_buffer.size() - used, 0);
    if (got <= 0) return false;
    used += static_cast<std::size_t>(got);
    end = std::string_view(m_buffer.data(), used).find("\r\n\r\n");
  }
  head.assign(m_buffer, 0, end + 4);
  const char* const length = ::strcasestr(head.c_str(), "\r\ncontent-length:");
  body_bytes = length == nullptr ? 0 : std::strtoul(length + 17, nullptr, 10);
  for (std::size_t have = used - head.size(); have < body_bytes;) {
    const ssize_t got = ::recv(fd, m_buffer.data(), std::min(m_buffer.size(), body_bytes - have), 0);
    if (got <= 0) give_up("a body ends early");
    have += static_cast<std::size_t>(got);
  }
  return true;
}

void PlatformSide::register_extension(UniqueFd connection) {
  send_all(connection.get(),
           "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: 11111111-1111-4111-8111-111111111111\r\n"
           "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n",
           "{}");
  m_parked.push_back(std::move(connection));
}

Clock::time_point PlatformSide::await_next() {
  std::string head;
  std::size_t bytes = 0;
  for (;;) {
    std::vector<pollfd> waiting{{m_listener.get(), POLLIN, 0}};
    for (const UniqueFd& parked : m_parked) waiting.push_back({parked.get(), POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), 10'000) <= 0) give_up("the process asks for no event");
    UniqueFd connection;
    if (waiting[0].revents != 0) {
      connection = UniqueFd(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      const int on = 1;
      ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    } else {
      for (std::size_t i = 1; i < waiting.size() && !connection; ++i) {
        if (waiting[i].revents != 0) {
          connection = std::move(m_parked[i - 1]);
          m_parked.erase(m_parked.begin() + static_cast<std::ptrdiff_t>(i - 1));
        }
      }
    }
    if (!read_request(connection.get(), head, bytes)) continue;
    if (head.find("/runtime/invocation/next ") != std::string::npos) {
      const auto now = Clock::now();
      m_connection = std::move(connection);
      return now;
    }
    if (head.find("/extension/register ") != std::string::npos) {
      register_extension(std::move(connection));
    } else if (head.find("/extension/event/next ") != std::string::npos) {
      m_parked.push_back(std::move(connection));  // there is none, ever
    } else {
      give_up("the process asks for something that a bench has not");
    }
  }
}

PlatformSide::Timing PlatformSide::invoke(const std::string& payload) {
  const std::string id = "8476a536-e9f4-11e8-9739-" + std::to_string(100'000'000'000 + ++m_count);
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: " + id +
      "\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\nLambda-Runtime-Invoked-Function-Arn: "
      "arn:aws:lambda:eu-west-1:123456789012:function:echo\r\nLambda-Runtime-Trace-Id: "
      "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\nContent-Length: " +
      std::to_string(payload.size()) + "\r\n\r\n";
  static const std::string k_accepted =
      "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: "
      "16\r\n\r\n{\"status\":\"OK\"}\n";
  std::string request;
  std::size_t bytes = 0;
  const auto sent = Clock::now();
  send_all(m_connection.get(), head, payload);
  if (!read_request(m_connection.get(), request, bytes)) give_up("the process is gone");
  const auto answered = Clock::now();
  if (request.find("/response ") == std::string::npos || bytes != payload.size())
    give_up("the process does not echo");
  send_all(m_connection.get(), k_accepted, {});
  if (!read_request(m_connection.get(), request, bytes)) give_up("the process is gone");
  return {answered - sent, Clock::now() - answered};
}

}  // namespace fanfold::bench
