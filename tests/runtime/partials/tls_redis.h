// A real redis-server for tests of TLS: on two ports of this machine, one with and one without TLS.
#pragma once

#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/process/child_process.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/partials/redis.h"
#include "tests/support/test_certificates.h"

namespace fanfold {

class TlsRedis {
 public:
  // Null where there is no redis-server to start: the test is to be skipped then. Fails the test for every
  // other reason.
  static std::unique_ptr<TlsRedis> start();

  // The server shows this certificate from now on.
  void show(const TestIdentity& identity);
  TestAuthority& authority() { return *m_authority; }
  const std::filesystem::path& directory() const { return m_directory->path(); }

  RedisAddress tls_address(std::string host = "127.0.0.1") const;
  RedisAddress plain_address() const;
  // Over the plain port: changes of the server's settings.
  RedisConnection administrator() const;

  // kill: all connections are closed. launch: the same ports anew, without data.
  void kill();
  bool launch();
  // The kernel goes on accepting connections; nobody answers.
  void stall() const { ::kill(m_child->pid(), SIGSTOP); }
  void go_on() const { ::kill(m_child->pid(), SIGCONT); }

 private:
  bool choose_ports();
  bool wait_until_ready();

  std::optional<RunDirectory> m_directory;
  std::unique_ptr<TestAuthority> m_authority;
  std::uint16_t m_tls_port = 0;
  std::uint16_t m_plain_port = 0;
  std::optional<ChildProcess> m_child;
};

}  // namespace fanfold
