// What a run needs to be running: Redis, a function host, and the connections to them. What is not given is
// started and stopped with the run.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "orchestrator/dispatch/commit_watcher.h"
#include "orchestrator/invoker/invoker.h"
#include "orchestrator/job/job.h"
#include "orchestrator/local_host/local_host.h"
#include "orchestrator/private_redis/private_redis.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/core/result.h"
#include "runtime/partials/commit.h"

namespace fanfold {

// Not thread-safe. The destructor removes the job's keys and stops what start() started.
class Infrastructure {
 public:
  static Result<std::unique_ptr<Infrastructure>> start(const RunOptions& options, const std::string& job_id);
  ~Infrastructure();

  Invoker& invoker() { return *m_invoker; }
  PartialStore& partials() { return *m_partials; }
  CommitWatcher& watcher() { return *m_watcher; }
  const std::string& redis_url() const { return m_redis_url; }  // without secrets
  // Ends the calls that still run, where the function host is our own: what they would write yet could come
  // after it was cleared away.
  void stop_functions();
  std::uint64_t cold_starts() const { return m_host ? m_host->stats().cold_starts : 0; }

 private:
  Infrastructure() = default;
  Status start_redis(const RunOptions& options, const std::string& job_id);
  Status start_host(const RunOptions& options);

  std::optional<RunDirectory> m_directory;
  std::unique_ptr<PrivateRedis> m_private_redis;
  std::unique_ptr<LocalHost> m_host;
  std::string m_redis_url;
  std::optional<RedisConnection> m_connection;
  std::optional<PartialStore> m_partials;
  std::unique_ptr<Invoker> m_invoker;
  std::unique_ptr<CommitWatcher> m_watcher;
};

}  // namespace fanfold
