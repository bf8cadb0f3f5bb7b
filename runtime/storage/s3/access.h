// The process's way to S3: connections, credentials, endpoint and store, put together once from the
// environment and the usual configuration files.
#pragma once

#include <memory>
#include <string>

#include "runtime/aws/corrected_clock.h"
#include "runtime/aws/credentials_provider.h"
#include "runtime/aws/settings.h"
#include "runtime/core/environment_variables.h"
#include "runtime/net/http_engine.h"
#include "runtime/storage/s3/client.h"
#include "runtime/storage/s3/s3_store.h"

namespace fanfold::s3 {

// Which settings were taken, and from where: for messages.
struct AccessSettings {
  aws::Setting region;
  aws::Setting endpoint;  // empty value: the cloud's own
  Addressing addressing = Addressing::automatic;
  bool send_checksums = true;
  aws::Setting ca_file;  // empty value: the system's; the source is the variable's name
  std::uint64_t read_ahead_bytes = 0;
  std::chrono::seconds stall_timeout{0};
};

// How long one request with all its attempts may take. The usual ones suit a job, which should outlive a
// server's bad minutes.
struct AccessLimits {
  RetryPolicy retries{.max_attempts = 8};
  std::chrono::seconds deadline{180};
};

// Region and endpoint as aws/settings.h finds them; FANFOLD_S3_ADDRESSING (auto, path, virtual);
// AWS_REQUEST_CHECKSUM_CALCULATION (when_supported, when_required); AWS_CA_BUNDLE, FANFOLD_CA_FILE or
// SSL_CERT_FILE, the first that is set; for reading ahead a quarter of AWS_LAMBDA_FUNCTION_MEMORY_SIZE, 64
// MiB where that is not set; FANFOLD_HTTP_STALL_SECONDS, the time in which something of a request must move,
// 20 s where it is not set. Errors: invalid_argument that names the variable; those of the configuration
// files.
Result<AccessSettings> read_access_settings(const aws::Context& context);

// Thread-safe. Nothing is asked of anybody before the first use, but for the region where only the instance
// knows it.
class Access {
 public:
  // `gate`: what ends all requests of the store; never null.
  static Result<std::unique_ptr<Access>> open(
      EnvironmentVariables environment, Clock& clock, AccessLimits limits = {},
      std::shared_ptr<RequestGate> gate = std::make_shared<RequestGate>());
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  Client& client() { return *m_client; }
  Store& store() { return *m_store; }
  aws::CredentialsProvider& credentials() { return *m_credentials; }
  const AccessSettings& settings() const { return m_settings; }

 private:
  Access(Clock& clock, std::shared_ptr<RequestGate> gate)
      : m_gate(std::move(gate)), m_clock(clock), m_waiting_clock(clock, *m_gate) {}

  const std::shared_ptr<RequestGate> m_gate;
  AccessSettings m_settings;
  aws::CorrectedClock m_clock;  // of requests for credentials
  GatedClock m_waiting_clock;   // of requests to the store
  std::unique_ptr<aws::CredentialsProvider> m_credentials;
  std::unique_ptr<HttpEngine> m_engine;
  std::unique_ptr<Client> m_client;
  std::unique_ptr<Store> m_store;
};

}  // namespace fanfold::s3
