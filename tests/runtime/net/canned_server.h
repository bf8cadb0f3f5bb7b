// A server of canned bytes, for clients whose peer misbehaves.
#pragma once

#include <poll.h>

#include <string>
#include <thread>
#include <vector>

#include "runtime/net/socket.h"
#include "tests/runtime/net/raw_socket.h"

namespace fanfold {

// Serves connections one after the other: reads a head, sends the canned bytes, closes.
class CannedServer {
 public:
  explicit CannedServer(std::vector<std::string> replies)
      : m_listener(std::move(*listen_tcp("127.0.0.1:0"))), m_thread([this, replies] {
          for (const std::string& reply : replies) {
            pollfd watched{m_listener.get(), POLLIN, 0};
            poll_until({&watched, 1}, std::nullopt);
            UniqueFd fd(::accept(m_listener.get(), nullptr, nullptr));
            RawSocket socket(std::move(fd));
            socket.receive_until("\r\n\r\n");
            socket.send(reply);
          }
        }) {}
  ~CannedServer() { m_thread.join(); }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  std::string address() const { return *local_address(m_listener.get()); }
  std::string url() const { return "http://" + address() + "/"; }

 private:
  UniqueFd m_listener;
  std::thread m_thread;
};

}  // namespace fanfold
