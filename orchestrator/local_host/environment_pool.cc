#include "orchestrator/local_host/environment_pool.h"

#include <utility>

namespace fanfold {

std::unique_ptr<Environment> EnvironmentPool::pop_idle() {
  const std::lock_guard lock(m_mutex);
  if (m_idle.empty()) return nullptr;
  std::unique_ptr<Environment> environment = std::move(m_idle.back());
  m_idle.pop_back();
  return environment;
}

Result<std::unique_ptr<Environment>> EnvironmentPool::acquire() {
  while (std::unique_ptr<Environment> environment = pop_idle()) {
    if (environment->usable()) {
      const std::lock_guard lock(m_mutex);
      ++m_stats.invocations;
      return environment;
    }
    const std::lock_guard lock(m_mutex);  // it died while idle; nobody's invocation was lost
    ++m_stats.crashes;
    --m_stats.environments;
  }
  return start_counted();
}

Result<std::unique_ptr<Environment>> EnvironmentPool::start_counted() {
  {
    const std::lock_guard lock(m_mutex);
    if (m_stats.environments >= m_shared.options.max_environments) {
      ++m_stats.throttled;
      return make_error(ErrorKind::throttled, "all {} environments are busy",
                        m_shared.options.max_environments);
    }
    ++m_stats.environments;
    ++m_stats.cold_starts;
    ++m_stats.invocations;
  }
  Result<std::unique_ptr<Environment>> started = Environment::start(m_shared);
  if (!started) {
    const std::lock_guard lock(m_mutex);
    --m_stats.environments;
    --m_stats.cold_starts;
    ++m_stats.errors;
  }
  return started;
}

void EnvironmentPool::count_result(InvocationResult::Kind kind) {
  switch (kind) {
    case InvocationResult::Kind::response:
    case InvocationResult::Kind::stopped:
      return;
    case InvocationResult::Kind::exited:
      ++m_stats.crashes;
      break;
    case InvocationResult::Kind::timed_out:
      ++m_stats.timeouts;
      break;
    case InvocationResult::Kind::function_error:
    case InvocationResult::Kind::init_error:
      break;
  }
  ++m_stats.errors;
}

void EnvironmentPool::release(std::unique_ptr<Environment> environment, InvocationResult::Kind kind) {
  const bool may_stay =
      kind == InvocationResult::Kind::response || kind == InvocationResult::Kind::function_error;
  // Before it is counted as gone, so that there are never more processes than the limit.
  if (!may_stay) environment.reset();
  const std::lock_guard lock(m_mutex);
  count_result(kind);
  if (environment) {
    m_idle.push_back(std::move(environment));
  } else {
    --m_stats.environments;
  }
}

void EnvironmentPool::clear() {
  std::vector<std::unique_ptr<Environment>> idle;
  {
    const std::lock_guard lock(m_mutex);
    idle.swap(m_idle);
    m_stats.environments -= static_cast<std::uint32_t>(idle.size());
  }
  for (const auto& environment : idle) environment->kill();  // all at once, then each is reaped
}

LocalHostStats EnvironmentPool::stats() const {
  const std::lock_guard lock(m_mutex);
  return m_stats;
}

}  // namespace fanfold
