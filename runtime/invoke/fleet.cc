#include "runtime/invoke/fleet.h"

#include <algorithm>
#include <system_error>

#include "runtime/core/log.h"
#include "runtime/invoke/extension.h"

namespace fanfold {
namespace {

constexpr int k_exit_failure = 1;

}  // namespace

Result<std::unique_ptr<Fleet>> Fleet::create(const RuntimeOptions& options, const Make& make) {
  std::unique_ptr<Fleet> fleet(new Fleet(options));
  FANFOLD_ASSIGN(fleet->m_watch, CallWatch::create({options.graceful_shutdown, options.shutdown_grace}));
  const unsigned count = std::max(options.max_concurrency.value_or(1), 1U);
  for (unsigned i = 0; i < count; ++i) {
    FANFOLD_ASSIGN(auto worker, Worker::create(options, make(), *fleet->m_watch));
    fleet->m_workers.push_back(std::move(worker));
  }
  return fleet;
}

int Fleet::run() {
  Worker& first = *m_workers.front();
  if (m_options.graceful_shutdown) {
    ApiConnection& connection = first.api().connection();
    m_extension.emplace(connection.address(), HttpResponseLimits{});
    if (!register_for_sigterm(connection, *m_extension)) m_extension.reset();
  }
  // The platform may look for an event while the threads are made.
  first.ask_next();
  if (const Status started = m_watch->start([this] { interrupt_all(); }); !started) {
    log::warning("handlers are not told of their deadlines: {}", started.error().message());
  }
  start_other_workers();
  run_worker(first);
  for (std::thread& thread : m_threads) thread.join();
  const bool shut_down = m_watch->is_shutting_down();
  m_watch.reset();
  const std::lock_guard lock(m_mutex);
  return shut_down && !m_failed ? 0 : k_exit_failure;
}

void Fleet::start_other_workers() {
  for (std::size_t i = 1; i < m_workers.size(); ++i) {
    Worker& worker = *m_workers[i];
    try {
      m_threads.emplace_back([this, &worker] {
        worker.ask_next();
        run_worker(worker);
      });
    } catch (const std::system_error& error) {
      log::warning("{} of {} invocations at once are served: {}", i, m_workers.size(), error.what());
      return;
    }
  }
}

void Fleet::run_worker(Worker& worker) {
  if (worker.run() == Worker::Ended::on_request) return;
  {
    const std::lock_guard lock(m_mutex);
    m_failed = true;
  }
  interrupt_all();
}

void Fleet::interrupt_all() {
  for (const auto& worker : m_workers) worker->interrupt();
}

}  // namespace fanfold
