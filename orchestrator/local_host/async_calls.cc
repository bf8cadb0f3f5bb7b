#include "orchestrator/local_host/async_calls.h"

#include <algorithm>
#include <system_error>

#include "runtime/core/log.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

// Each runs one invocation; more wait their turn.
constexpr std::size_t k_max_threads = 64;
constexpr milliseconds k_first_pause{100};
constexpr std::size_t k_max_doublings = 8;  // of the pause after a refusal: 26 s

}  // namespace

// With m_mutex held. There are at most as many threads as invocations can run.
void AsyncCalls::ensure_worker() {
  const std::size_t places =
      std::size_t{m_options.max_environments} * std::max<std::size_t>(m_options.concurrency, 1);
  if (m_idle > 0 || m_threads.size() >= std::min(k_max_threads, places)) return;
  try {
    m_threads.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    log::warning("cannot start a thread for asynchronous invocations: {}", error.what());
  }
}

bool AsyncCalls::submit(FunctionEvent event) {
  {
    const std::lock_guard lock(m_mutex);
    if (m_stopped || m_waiting.size() >= m_options.async_queue) return false;
    ensure_worker();
    if (m_threads.empty()) return false;
    m_waiting.emplace(std::chrono::steady_clock::now(), Task{std::move(event)});
    m_statistics.set(&LocalHostStats::async_waiting, m_waiting.size());
  }
  m_changed.notify_one();
  return true;
}

void AsyncCalls::work() {
  std::unique_lock lock(m_mutex);
  while (!m_stopped) {
    const SteadyTime now = std::chrono::steady_clock::now();
    if (m_waiting.empty() || m_waiting.begin()->first > now) {
      ++m_idle;
      if (m_waiting.empty()) {
        m_changed.wait(lock);
      } else {
        const SteadyTime due = m_waiting.begin()->first;
        m_changed.wait_until(lock, due);
      }
      --m_idle;
      continue;
    }
    Task task = std::move(m_waiting.extract(m_waiting.begin()).mapped());
    m_statistics.set(&LocalHostStats::async_waiting, m_waiting.size());
    lock.unlock();
    const FunctionCalls::Outcome outcome = m_calls.call(task.event, Report::no, -1, nullptr);
    const auto pause = pause_after(outcome, task);
    lock.lock();
    if (!pause || m_stopped) continue;
    m_waiting.emplace(std::chrono::steady_clock::now() + *pause, std::move(task));
    m_statistics.set(&LocalHostStats::async_waiting, m_waiting.size());
    m_changed.notify_one();
  }
}

std::optional<milliseconds> AsyncCalls::pause_after(const FunctionCalls::Outcome& outcome, Task& task) {
  if (outcome.refusal) {
    return k_first_pause * (std::size_t{1} << std::min(task.refusals++, k_max_doublings));
  }
  using Kind = InvocationResult::Kind;
  if (outcome.result && (outcome.result->kind == Kind::response || outcome.result->kind == Kind::stopped)) {
    return std::nullopt;
  }
  if (outcome.error && outcome.error->kind() == ErrorKind::cancelled) return std::nullopt;
  if (task.failures < m_options.async_retries.size()) return m_options.async_retries[task.failures++];
  m_statistics.count(&LocalHostStats::async_failed);
  log::warning("the asynchronous invocation {} failed after {} tries: {}", task.event.request_id,
               task.failures + 1, outcome.result ? outcome.result->body : outcome.error->message());
  return std::nullopt;
}

void AsyncCalls::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    threads.swap(m_threads);
  }
  m_changed.notify_all();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace fanfold
