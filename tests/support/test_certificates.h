// Certificates for tests of TLS, made by the test that uses them and good for some hours.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace fanfold {

struct TestIdentity {
  std::filesystem::path certificate;  // PEM
  std::filesystem::path key;
};

// What a server may be called when it listens on this machine.
inline constexpr char k_local_names[] = "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1";

// A private authority. Its files lie in `directory`, which outlives it; nobody trusts it who is not told to.
class TestAuthority {
 public:
  // Fails the running test and returns null where OpenSSL does not do its part.
  static std::unique_ptr<TestAuthority> create(const std::filesystem::path& directory,
                                               const std::string& name);
  ~TestAuthority();

  // The file to trust, PEM.
  const std::filesystem::path& certificate() const { return m_certificate; }

  // A key pair of a server with these names, valid for an hour from now, or until `expired_for` ago.
  TestIdentity issue(const std::string& name, const std::string& subject_names = k_local_names,
                     std::chrono::seconds expired_for = std::chrono::seconds{0});

 private:
  struct State;
  explicit TestAuthority(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
  std::filesystem::path m_certificate;
};

}  // namespace fanfold
