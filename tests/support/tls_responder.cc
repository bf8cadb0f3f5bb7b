#include "tests/support/tls_responder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>

namespace fanfold {
namespace {

using Context = CHandle<SSL_CTX, SSL_CTX_free>;
using Tls = CHandle<SSL, SSL_free>;

constexpr timeval k_patience{.tv_sec = 10, .tv_usec = 0};

// Requests of tests are small: all of one has come when its body's end has.
bool is_complete(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  const std::size_t length = request.find("Content-Length: ");
  return end != std::string::npos && length != std::string::npos &&
         request.size() >= end + 4 + std::stoul(request.substr(length + 16));
}

}  // namespace

std::unique_ptr<TlsResponder> TlsResponder::start(const TestIdentity& identity, std::string body) {
  auto listener = listen_tcp("127.0.0.1:0");
  auto stop = StopEvent::create();
  EXPECT_TRUE(listener && stop);
  if (!listener || !stop) return nullptr;
  std::unique_ptr<TlsResponder> responder(
      new TlsResponder(std::move(listener).value(), std::move(stop).value()));
  const auto address = local_address(responder->m_listener.get());
  EXPECT_TRUE(address);
  if (!address) return nullptr;
  responder->m_port = address->substr(address->rfind(':') + 1);
  responder->m_reply =
      fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.size(), body);
  responder->m_thread = std::thread([its = responder.get(), identity] { its->serve(identity); });
  return responder;
}

TlsResponder::~TlsResponder() {
  m_stop.set();
  if (m_thread.joinable()) m_thread.join();
}

bool TlsResponder::await(int fd) const {
  std::array<pollfd, 2> watched{pollfd{fd, POLLIN, 0}, pollfd{m_stop.fd(), POLLIN, 0}};
  return poll_until(watched, {}) && watched[1].revents == 0;
}

void TlsResponder::serve(const TestIdentity& identity) const {
  const Context context(SSL_CTX_new(TLS_server_method()));
  ASSERT_EQ(SSL_CTX_use_certificate_file(context.get(), identity.certificate.c_str(), SSL_FILETYPE_PEM), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey_file(context.get(), identity.key.c_str(), SSL_FILETYPE_PEM), 1);
  while (await(m_listener.get())) {
    auto client = accept_tcp(m_listener.get());
    if (!client || !*client) continue;
    ::fcntl(client->get(), F_SETFL, 0);  // waits from here on, but not for ever
    ::setsockopt(client->get(), SOL_SOCKET, SO_RCVTIMEO, &k_patience, sizeof k_patience);
    const Tls tls(SSL_new(context.get()));
    SSL_set_fd(tls.get(), client->get());
    if (SSL_accept(tls.get()) != 1) continue;
    std::string request;
    std::array<char, 4096> buffer;
    std::size_t got = 0;
    while (!is_complete(request) && SSL_read_ex(tls.get(), buffer.data(), buffer.size(), &got) == 1) {
      request.append(buffer.data(), got);
    }
    if (!is_complete(request)) continue;
    ++m_requests;
    std::size_t sent = 0;
    SSL_write_ex(tls.get(), m_reply.data(), m_reply.size(), &sent);
    SSL_shutdown(tls.get());
  }
}

}  // namespace fanfold
