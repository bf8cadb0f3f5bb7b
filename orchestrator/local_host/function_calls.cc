#include "orchestrator/local_host/function_calls.h"

#include "orchestrator/local_host/platform_text.h"

namespace fanfold {
namespace {

// A process may end between two events; one that does so again and again is at fault itself.
constexpr int k_max_lost_deliveries = 5;

}  // namespace

FunctionCalls::Outcome FunctionCalls::call(const FunctionEvent& event, Report report, int caller_fd,
                                           CallerStream* stream) {
  Outcome outcome;
  if (auto refusal = m_admission.enter()) {
    outcome.refusal = std::move(refusal);
  } else {
    outcome = run(event, report, caller_fd, stream);
    m_admission.leave();
  }
  count(outcome);
  return outcome;
}

FunctionCalls::Outcome FunctionCalls::run(const FunctionEvent& event, Report report, int caller_fd,
                                          CallerStream* stream) {
  auto init = Environment::Init::first;
  for (int lost = 0;;) {
    EnvironmentPool::Acquired acquired = m_pool.acquire(init);
    if (!acquired.environment) return {{}, std::move(acquired.refusal), std::move(acquired.error)};
    PendingInvocation invocation(event, report, caller_fd, stream);
    // One that has just ended is replaced; nobody's invocation was lost.
    if (!acquired.environment->submit(invocation)) {
      m_pool.release(*acquired.environment);
      continue;
    }
    InvocationResult result = invocation.wait();
    m_pool.release(*acquired.environment);
    if (result.kind == InvocationResult::Kind::not_delivered && ++lost < k_max_lost_deliveries) continue;
    if (result.kind == InvocationResult::Kind::not_delivered) {
      result.kind = InvocationResult::Kind::exited;
      result.error_type = "Runtime.ExitError";
      result.body = exit_error_body(event.request_id, {});
    }
    if (result.kind != InvocationResult::Kind::init_timed_out) return {std::move(result), {}, {}};
    m_statistics.count(&LocalHostStats::timeouts);
    init = Environment::Init::repeated;
  }
}

void FunctionCalls::count(const Outcome& outcome) {
  if (outcome.refusal) return m_statistics.count(&LocalHostStats::throttled);
  m_statistics.count(&LocalHostStats::invocations);
  if (outcome.error) return m_statistics.count(&LocalHostStats::errors);
  switch (outcome.result->kind) {
    case InvocationResult::Kind::response:
    case InvocationResult::Kind::stopped:
      return;
    case InvocationResult::Kind::timed_out:
      m_statistics.count(&LocalHostStats::timeouts);
      break;
    default:
      break;
  }
  m_statistics.count(&LocalHostStats::errors);
}

}  // namespace fanfold
