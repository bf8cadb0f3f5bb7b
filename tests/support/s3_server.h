// A real S3 server for tests: a program of its own on a free port, its data in a temporary folder.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/process/child_process.h"
#include "runtime/core/handle.h"
#include "runtime/net/http_engine.h"
#include "runtime/storage/s3/client.h"
#include "tests/support/test_certificates.h"

namespace fanfold::testing_support {

enum class S3ServerKind : std::uint8_t { minio, versitygw };
std::string to_string(S3ServerKind kind);

struct S3ServerTls {
  TestIdentity identity;          // what the server shows
  std::filesystem::path trusted;  // what its clients trust; empty: nobody shall, and there is no bucket
};

// Stops the server and removes its data at the end.
class S3Server {
 public:
  static constexpr const char* k_access_key = "fanfold-test";
  static constexpr const char* k_secret_key = "fanfold-test-secret";
  static constexpr const char* k_bucket = "fanfold-bucket";

  // The server's program: from PATH, or from the cache that infra/setup/s3_servers.sh fills.
  static std::optional<std::string> program(S3ServerKind kind);
  // Ready to be asked, with one empty bucket.
  static Result<std::unique_ptr<S3Server>> start(S3ServerKind kind, std::optional<S3ServerTls> tls = {});
  ~S3Server();

  std::string address() const { return m_address; }  // "127.0.0.1:port"
  std::string url() const { return (m_tls ? "https://" : "http://") + m_address; }
  HttpEngineOptions engine_options() const;
  s3::ClientSettings settings() const;
  // Variables for programs that shall use it.
  std::vector<std::string> environment() const;

 private:
  S3Server() = default;
  Status wait_until_ready(ChildProcess& server) const;
  Status make_bucket() const;

  std::filesystem::path m_folder;
  std::optional<S3ServerTls> m_tls;
  std::string m_address;
  std::optional<ChildProcess> m_process;
};

// Credentials that never change.
std::function<Result<std::shared_ptr<const aws::Credentials>>()> fixed_credentials(std::string_view id,
                                                                                   std::string_view secret);

}  // namespace fanfold::testing_support
