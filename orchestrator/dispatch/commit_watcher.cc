#include "orchestrator/dispatch/commit_watcher.h"

#include "runtime/core/log.h"

namespace fanfold {
namespace {

// How long the server holds a request with nothing to report; also the longest that stopping waits.
constexpr std::chrono::milliseconds k_block{250};
constexpr std::chrono::milliseconds k_pause_after_failure{200};

}  // namespace

Result<std::unique_ptr<CommitWatcher>> CommitWatcher::start(const RedisAddress& address, std::string job,
                                                            std::function<void()> on_news) {
  FANFOLD_ASSIGN(RedisConnection connection, RedisConnection::connect(address));
  return std::unique_ptr<CommitWatcher>(
      new CommitWatcher(std::move(connection), std::move(job), std::move(on_news)));
}

CommitWatcher::CommitWatcher(RedisConnection connection, std::string job, std::function<void()> on_news)
    : m_connection(std::move(connection)),
      m_job(std::move(job)),
      m_on_news(std::move(on_news)),
      m_thread([this](const std::stop_token& stop) { watch(stop); }) {}

CommitWatcher::~CommitWatcher() = default;

void CommitWatcher::watch(const std::stop_token& stop) {
  PartialStore partials(m_connection, m_job);
  std::string last_id = "0";
  while (!stop.stop_requested()) {
    auto done = partials.wait_done(last_id, k_block);
    if (!done) {
      log::debug("the stream of commits cannot be read: {}", done.error().message());
      std::this_thread::sleep_for(k_pause_after_failure);
      continue;
    }
    if (done->empty()) continue;
    {
      const std::lock_guard lock(m_mutex);
      m_news.insert(m_news.end(), done->begin(), done->end());
    }
    m_on_news();
  }
}

std::vector<Done> CommitWatcher::take() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_news, {});
}

}  // namespace fanfold
