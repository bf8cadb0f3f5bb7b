#include "runtime/invoke/sigterm.h"

#include <sys/eventfd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace fanfold {
namespace {

// All that a signal handler may look at.
std::atomic<int> event_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void on_sigterm(int) {
  const int saved = errno;
  const std::uint64_t one = 1;
  const int fd = event_fd.load();
  // A full counter is as good as a signal that is pending already.
  if (fd >= 0) [[maybe_unused]]
    const ssize_t written = ::write(fd, &one, sizeof one);
  errno = saved;
}

}  // namespace

Result<SigtermEvent> SigtermEvent::install() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return errno_error(errno, "make an event");
  int none = -1;
  if (!event_fd.compare_exchange_strong(none, fd.get())) {
    return Error(ErrorKind::internal, "SIGTERM is handled already");
  }
  struct sigaction action {};
  struct sigaction former {};
  action.sa_handler = on_sigterm;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, &former);
  return SigtermEvent(std::move(fd), former);
}

SigtermEvent::SigtermEvent(SigtermEvent&& other) noexcept = default;

SigtermEvent::~SigtermEvent() {
  if (!m_fd) return;
  ::sigaction(SIGTERM, &m_former, nullptr);
  event_fd.store(-1);
}

}  // namespace fanfold
