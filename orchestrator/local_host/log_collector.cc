#include "orchestrator/local_host/log_collector.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>

namespace fanfold {
namespace {

bool watch(int epoll, int fd, std::uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

LogCollector::LogCollector(UniqueFd epoll, StopEvent stopping)
    : m_epoll(std::move(epoll)), m_stopping(std::move(stopping)) {}

Result<std::unique_ptr<LogCollector>> LogCollector::start() {
  FANFOLD_ASSIGN(StopEvent stopping, StopEvent::create());
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll || !watch(epoll.get(), stopping.fd(), 0))
    return errno_error(errno, "watch the logs of functions");
  std::unique_ptr<LogCollector> collector(new LogCollector(std::move(epoll), std::move(stopping)));
  collector->m_thread = std::thread([inner = collector.get()] { inner->collect(); });
  return collector;
}

LogCollector::~LogCollector() {
  m_stopping.set();
  m_thread.join();
}

Result<std::uint64_t> LogCollector::add(std::shared_ptr<LogSource> source) {
  const std::lock_guard lock(m_mutex);
  const std::uint64_t id = ++m_last_id;
  if (!watch(m_epoll.get(), source->fd(), id)) return errno_error(errno, "watch the log of a function");
  m_sources.emplace(id, std::move(source));
  return id;
}

void LogCollector::remove(std::uint64_t id) {
  const std::lock_guard lock(m_mutex);
  const auto found = m_sources.find(id);
  if (found == m_sources.end()) return;
  ::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, found->second->fd(), nullptr);
  m_sources.erase(found);
}

void LogCollector::collect() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
      if (id == 0) return;
      std::shared_ptr<LogSource> source;
      {
        const std::lock_guard lock(m_mutex);
        const auto found = m_sources.find(id);
        if (found != m_sources.end()) source = found->second;
      }
      if (source && !source->drain()) remove(id);
    }
  }
}

}  // namespace fanfold
