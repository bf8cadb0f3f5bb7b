#include "orchestrator/engine/infrastructure.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "orchestrator/invoker/cloud_access.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/log.h"
#include "runtime/core/trusted_ca.h"
#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_first_epoch = 1;

// What a worker inherits: where to find programs, temporary space and certificates; the way to S3 and its
// credentials, and the password of Redis, which may travel in the environment alone. Variables of a function
// that this process itself may run in are not for others.
bool is_inherited(std::string_view entry) {
  static constexpr std::array<std::string_view, 7> k_names{
      "PATH=", "HOME=", "TMPDIR=", "LD_LIBRARY_PATH=", "SSL_CERT_FILE=", "FANFOLD_", "AWS_"};
  if (entry.starts_with("AWS_LAMBDA_")) return false;
  return std::ranges::any_of(k_names, [&](std::string_view name) { return entry.starts_with(name); });
}

std::vector<std::string> worker_environment() {
  std::vector<std::string> environment = EnvironmentVariables::of_process().entries();
  std::erase_if(environment, [](const std::string& entry) { return !is_inherited(entry); });
  return environment;
}

}  // namespace

Result<std::unique_ptr<Infrastructure>> Infrastructure::start(const RunOptions& options,
                                                              const std::string& job_id) {
  std::unique_ptr<Infrastructure> infrastructure(new Infrastructure());
  FANFOLD_TRY(infrastructure->start_redis(options, job_id));
  FANFOLD_TRY(infrastructure->start_host(options));
  Invoker& invoker = *infrastructure->m_invoker;
  FANFOLD_ASSIGN(infrastructure->m_watcher, CommitWatcher::start(infrastructure->m_connection->address(),
                                                                 job_id, [&invoker] { invoker.wake(); }));
  return infrastructure;
}

Status Infrastructure::start_redis(const RunOptions& options, const std::string& job_id) {
  std::string url = options.redis_url.value_or("");
  if (url.empty()) {
    FANFOLD_ASSIGN(m_directory, RunDirectory::create());
    FANFOLD_ASSIGN(m_private_redis, PrivateRedis::start(m_directory->path()));
    url = m_private_redis->url();
  }
  FANFOLD_ASSIGN(const RedisAddress address, RedisAddress::from_url_and_environment(url));
  FANFOLD_ASSIGN(m_connection, RedisConnection::connect(address));
  // Workers get the password through their environment, never through an event.
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread of ours is running yet
  if (!address.password.empty()) ::setenv(k_redis_password_variable, address.password.c_str(), 1);
  m_redis_url = address.without_secrets();
  m_partials.emplace(*m_connection, job_id);
  return m_partials->create_job(k_first_epoch);
}

Status Infrastructure::start_host(const RunOptions& options) {
  std::string endpoint = options.endpoint.value_or("");
  if (endpoint.empty()) {
    LocalHostOptions host;
    host.bootstrap = {options.runtime_binary};
    host.environment = worker_environment();
    host.function_name = options.function_name;
    host.max_environments = std::max<std::uint32_t>(options.workers, 1);
    host.memory_mb = std::max<std::uint64_t>(options.memory_mb, 128);
    host.verbose = options.verbosity > 0;
    FANFOLD_ASSIGN(m_host, LocalHost::start(std::move(host)));
    endpoint = m_host->endpoint();
  }
  InvokerOptions invoker;
  invoker.endpoint = endpoint;
  invoker.function_name = options.function_name;
  FANFOLD_ASSIGN(invoker.signer, signer_for_endpoint(endpoint));
  invoker.ca_file = trusted_ca_file();
  FANFOLD_ASSIGN(m_invoker, Invoker::create(std::move(invoker)));
  return {};
}

void Infrastructure::stop_functions() {
  if (m_host) m_host->stop();
}

Infrastructure::~Infrastructure() {
  m_watcher.reset();  // before the invoker it wakes
  if (m_invoker) m_invoker->cancel_all();
  if (m_partials) {
    if (const Status removed = m_partials->remove_job(); !removed) {
      log::debug("the job's keys remain until they expire: {}", removed.error().message());
    }
  }
  stop_functions();
}

}  // namespace fanfold
