#include "orchestrator/engine/infrastructure.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/core/log.h"
#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_first_epoch = 1;

// What a worker inherits: where to find programs and temporary space, and the password of Redis, which may
// travel in the environment alone.
std::vector<std::string> worker_environment() {
  std::vector<std::string> environment;
  for (const char* name : {"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", k_redis_password_variable}) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment once a run has begun
    if (const char* value = std::getenv(name)) environment.push_back(fmt::format("{}={}", name, value));
  }
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
  FANFOLD_ASSIGN(m_invoker, Invoker::create(std::move(invoker)));
  return {};
}

Infrastructure::~Infrastructure() {
  m_watcher.reset();  // before the invoker it wakes
  if (m_invoker) m_invoker->cancel_all();
  if (m_partials) {
    if (const Status removed = m_partials->remove_job(); !removed) {
      log::debug("the job's keys remain until they expire: {}", removed.error().message());
    }
  }
  if (m_host) m_host->stop();
}

}  // namespace fanfold
