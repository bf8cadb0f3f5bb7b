// Fans out the calls of a stage and hands their partials to the reduce, in order.
//
// Every call ends in one commit or in one failure that names it. The commit decides, not the answer of the
// invocation: an answer without a commit is a failure, a commit without an answer is a success.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "orchestrator/dispatch/commit_watcher.h"
#include "orchestrator/invoker/invoker.h"
#include "orchestrator/progress/status_sink.h"
#include "orchestrator/report/report.h"
#include "runtime/core/clock.h"
#include "runtime/partials/commit.h"
#include "runtime/protocol/bundle.h"
#include "runtime/storage/store_registry.h"

namespace fanfold {

struct DispatcherOptions {
  std::string job;
  std::uint64_t epoch = 1;
  std::string scratch;             // URI of the job's scratch prefix
  std::string redis_url;           // as events name it: without secrets
  std::uint32_t workers = 1;       // invocations in flight
  std::uint32_t max_attempts = 4;  // of a call, before the job fails
};

struct StageCalls {
  std::string stage;
  std::uint32_t group = 1;
  std::uint32_t cubes = 0;
  std::string arguments;  // URI of the arguments object
};

// The next cube's partial, ascending from 0, each once. An error ends the stage.
using FoldPartial =
    std::function<Status(std::uint32_t cube, const CommitRecord& record, protocol::Bundle partial)>;

// Not thread-safe: one stage at a time.
class Dispatcher {
 public:
  // All but the options must outlive it.
  Dispatcher(DispatcherOptions options, Invoker& invoker, PartialStore& partials, CommitWatcher& watcher,
             StoreRegistry& stores, StatusSink& status, Clock& clock = system_clock());

  // Returns when every call is committed and folded. Errors: the cause of the first call that failed for
  // good, with its stage, cube and what it logged last; cancelled when `stop` was requested or the job's
  // epoch was raised.
  Result<StageReport> run(const StageCalls& calls, const FoldPartial& fold, const std::stop_token& stop);

 private:
  void await_answers();

  DispatcherOptions m_options;
  Invoker& m_invoker;
  PartialStore& m_partials;
  CommitWatcher& m_watcher;
  StoreRegistry& m_stores;
  StatusSink& m_status;
  Clock& m_clock;
};

// Whether, and after how long, a call that failed is issued again.
struct RetryDecision {
  bool again = false;
  bool counts = true;  // as one of the attempts
  std::chrono::milliseconds delay{0};
};
// `failures` of the call so far, this one included; `jitter` in [0, 1).
RetryDecision decide_retry(ErrorKind kind, std::uint32_t failures, std::uint32_t max_attempts, double jitter);

}  // namespace fanfold
