// The smallest HTTPS server: it shows a certificate and answers every request alike.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "runtime/core/handle.h"
#include "runtime/net/socket.h"
#include "tests/support/test_certificates.h"

namespace fanfold {

// One connection at a time, one request on each. The destructor stops it.
class TlsResponder {
 public:
  // Fails the running test and returns null where it cannot listen.
  static std::unique_ptr<TlsResponder> start(const TestIdentity& identity, std::string body);
  ~TlsResponder();

  const std::string& port() const { return m_port; }
  int requests() const { return m_requests; }

 private:
  TlsResponder(UniqueFd listener, StopEvent stop)
      : m_listener(std::move(listener)), m_stop(std::move(stop)) {}
  void serve(const TestIdentity& identity) const;
  bool await(int fd) const;

  UniqueFd m_listener;
  StopEvent m_stop;
  std::string m_port;
  std::string m_reply;
  mutable std::atomic<int> m_requests{0};
  std::thread m_thread;
};

}  // namespace fanfold
