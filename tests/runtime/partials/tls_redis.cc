#include "tests/runtime/partials/tls_redis.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "orchestrator/process/executable_path.h"
#include "runtime/core/handle.h"

namespace fanfold {
namespace {

constexpr int k_attempts = 5;  // a port that was free may be somebody else's a moment later
constexpr std::chrono::milliseconds k_look{5};

bool bind_any_port(const UniqueFd& fd, std::uint16_t& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd.get(), generic, size) == 0 && ::getsockname(fd.get(), generic, &size) == 0;
  port = ntohs(address.sin_port);
  return bound;
}

}  // namespace

std::unique_ptr<TlsRedis> TlsRedis::start() {
  if (!find_executable("redis-server")) return nullptr;
  auto redis = std::make_unique<TlsRedis>();
  auto directory = RunDirectory::create();
  EXPECT_TRUE(directory);
  if (!directory) return nullptr;
  redis->m_directory = std::move(directory).value();
  redis->m_authority = TestAuthority::create(redis->directory(), "authority");
  if (!redis->m_authority) return nullptr;
  redis->m_authority->issue("server");
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    if (redis->choose_ports() && redis->launch()) return redis;
  }
  ADD_FAILURE() << "redis-server with TLS does not start; its log is in " << redis->directory();
  return nullptr;
}

bool TlsRedis::choose_ports() {
  const UniqueFd first(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const UniqueFd second(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return bind_any_port(first, m_tls_port) && bind_any_port(second, m_plain_port);
}

bool TlsRedis::launch() {
  const std::string log = directory() / "redis.log";
  const UniqueFd output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  SpawnOptions options;
  options.argv = {"redis-server",
                  "--bind",
                  "127.0.0.1",
                  "--port",
                  std::to_string(m_plain_port),
                  "--tls-port",
                  std::to_string(m_tls_port),
                  "--tls-cert-file",
                  directory() / "server.pem",
                  "--tls-key-file",
                  directory() / "server.key",
                  "--tls-ca-cert-file",
                  m_authority->certificate(),
                  "--tls-auth-clients",
                  "no",
                  "--save",
                  "",
                  "--dir",
                  directory()};
  options.environment = {"LC_ALL=C"};
  options.stdout_fd = output.get();
  options.stderr_fd = output.get();
  auto child = ChildProcess::spawn(options);
  EXPECT_TRUE(child);
  if (!child) return false;
  m_child = std::move(child).value();
  return wait_until_ready();
}

bool TlsRedis::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (std::chrono::steady_clock::now() < deadline) {
    if (m_child->wait_for(k_look)) return false;
    const auto connection = RedisConnection::connect(plain_address());
    if (connection || connection.error().kind() == ErrorKind::permission_denied) return true;
  }
  return false;
}

void TlsRedis::kill() {
  m_child->kill();
  m_child->wait();
}

void TlsRedis::show(const TestIdentity& identity) {
  RedisConnection connection = administrator();
  const auto shown = connection.command({"CONFIG", "SET", "tls-cert-file", identity.certificate.native(),
                                         "tls-key-file", identity.key.native()});
  ASSERT_TRUE(shown) << shown.error().message();
}

RedisAddress TlsRedis::tls_address(std::string host) const {
  RedisAddress address;
  address.transport = RedisTransport::tls;
  address.host = std::move(host);
  address.port = m_tls_port;
  address.ca_file = m_authority->certificate();
  return address;
}

RedisAddress TlsRedis::plain_address() const {
  RedisAddress address;
  address.host = "127.0.0.1";
  address.port = m_plain_port;
  return address;
}

RedisConnection TlsRedis::administrator() const {
  auto connection = RedisConnection::connect(plain_address());
  EXPECT_TRUE(connection) << connection.error().message();
  return std::move(connection).value();
}

}  // namespace fanfold
