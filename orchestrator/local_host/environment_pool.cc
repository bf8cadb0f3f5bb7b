#include "orchestrator/local_host/environment_pool.h"

#include <algorithm>
#include <utility>

namespace fanfold {

// With m_mutex held.
std::shared_ptr<Environment> EnvironmentPool::take_place() {
  const std::size_t places = std::max<std::size_t>(m_shared.options.concurrency, 1);
  const auto free = std::find_if(m_members.rbegin(), m_members.rend(), [places](const Member& member) {
    return member.environment->usable() && member.running + member.environment->late() < places;
  });
  if (free == m_members.rend()) return nullptr;
  ++free->running;
  std::rotate(free.base() - 1, free.base(), m_members.end());
  return m_members.back().environment;
}

EnvironmentPool::Acquired EnvironmentPool::acquire(Environment::Init init) {
  join_ended();
  std::unique_lock lock(m_mutex);
  for (;;) {
    if (m_stopped) return {.error = Error(ErrorKind::cancelled, "the function host is stopping")};
    if (init == Environment::Init::first) {
      if (auto environment = take_place()) return {.environment = std::move(environment)};
    }
    // One that is about to start has places for more than the invocation that starts it.
    const bool places_come = m_shared.options.concurrency > 1 && m_starting > 0;
    if (!places_come && m_members.size() + m_starting < m_shared.options.max_environments) break;
    const bool one_ends = std::any_of(m_members.begin(), m_members.end(),
                                      [](const Member& member) { return !member.environment->usable(); });
    if (!one_ends && !places_come) {
      return {.refusal =
                  Refusal{"ReservedFunctionConcurrentInvocationLimitExceeded", std::chrono::seconds(1)}};
    }
    m_changed.wait(lock);  // also for the place of one that ends: there are never more processes than allowed
  }
  if (auto refusal = m_admission.start_environment()) return {.refusal = std::move(refusal)};
  ++m_starting;
  count_environments();
  lock.unlock();
  return start(init);
}

EnvironmentPool::Acquired EnvironmentPool::start(Environment::Init init) {
  auto started = Environment::start(
      m_shared, init, [this](Environment& environment, bool crashed) { ended(environment, crashed); });
  const std::lock_guard lock(m_mutex);
  --m_starting;
  Acquired acquired;
  if (!started) {
    acquired.error = started.error();
  } else if (m_stopped) {
    acquired.error = Error(ErrorKind::cancelled, "the function host is stopping");
  } else if (const Status launched = (*started)->launch(); !launched) {
    acquired.error = launched.error();
  } else {
    m_members.push_back({*started, 1});
    m_statistics.count(&LocalHostStats::cold_starts);
    acquired.environment = std::move(*started);
  }
  count_environments();
  m_changed.notify_all();
  return acquired;
}

void EnvironmentPool::release(const Environment& environment) {
  const std::lock_guard lock(m_mutex);
  for (Member& member : m_members) {
    if (member.environment.get() == &environment) --member.running;
  }
}

void EnvironmentPool::ended(const Environment& environment, bool crashed) {
  if (crashed) m_statistics.count(&LocalHostStats::crashes);
  const std::lock_guard lock(m_mutex);
  const auto member = std::find_if(m_members.begin(), m_members.end(), [&](const Member& candidate) {
    return candidate.environment.get() == &environment;
  });
  if (member == m_members.end()) return;
  m_ended.push_back(std::move(member->environment));
  m_members.erase(member);
  count_environments();
  m_changed.notify_all();
}

// With m_mutex held.
void EnvironmentPool::count_environments() {
  m_statistics.set(&LocalHostStats::environments, m_members.size() + m_starting);
}

void EnvironmentPool::join_ended() {
  std::vector<std::shared_ptr<Environment>> ended;
  const std::lock_guard lock(m_mutex);
  ended.swap(m_ended);
}

void EnvironmentPool::stop() {
  std::unique_lock lock(m_mutex);
  m_stopped = true;
  for (const Member& member : m_members) member.environment->stop();  // all at once
  m_changed.notify_all();
  m_changed.wait(lock, [this] { return m_members.empty() && m_starting == 0; });
  std::vector<std::shared_ptr<Environment>> ended = std::move(m_ended);
  m_ended.clear();
  lock.unlock();
}

}  // namespace fanfold
