#include "runtime/invoke/call_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <thread>

#include "runtime/core/log.h"

namespace fanfold {
namespace {

constexpr std::size_t k_stack_bytes = std::size_t{256} * 1024;

// The process did not end in time.
constexpr int k_exit_cut_off = 1;

void drain(int fd) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd, &count, sizeof count);
}

}  // namespace

Result<std::unique_ptr<CallWatch>> CallWatch::create(CallWatchOptions options) {
  std::unique_ptr<CallWatch> watch(new CallWatch(options));
  if (options.handles_sigterm) {
    FANFOLD_ASSIGN(auto sigterm, SigtermEvent::install());
    watch->m_sigterm.emplace(std::move(sigterm));
  }
  watch->m_timer.reset(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  watch->m_quit.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!watch->m_timer || !watch->m_quit) return errno_error(errno, "make a timer and an event");
  return watch;
}

Status CallWatch::start(std::function<void()> leave) {
  m_leave = std::move(leave);
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, k_stack_bytes);
  pthread_t thread{};
  const int outcome = ::pthread_create(&thread, &attributes, run_thread, this);
  ::pthread_attr_destroy(&attributes);
  if (outcome != 0) return errno_error(outcome, "start a thread");
  m_thread = thread;
  return {};
}

CallWatch::~CallWatch() {
  if (!m_thread) return;
  ::eventfd_write(m_quit.get(), 1);
  std::unique_lock lock(m_mutex);
  m_ended.wait(lock, [this] { return m_thread_is_done; });
  if (m_shutting_down) {
    ::pthread_detach(*m_thread);
    return;
  }
  lock.unlock();
  ::pthread_join(*m_thread, nullptr);
}

bool CallWatch::is_shutting_down() const {
  const std::lock_guard lock(m_mutex);
  return m_shutting_down;
}

void* CallWatch::run_thread(void* self) {
  auto& watch = *static_cast<CallWatch*>(self);
  const std::chrono::milliseconds grace = watch.m_options.grace;
  while (watch.wait_and_act()) {
  }
  const auto since = std::chrono::steady_clock::now();
  bool shutting_down = false;
  {
    const std::lock_guard lock(watch.m_mutex);
    shutting_down = watch.m_shutting_down;
    watch.m_thread_is_done = true;
    watch.m_ended.notify_all();  // under the lock: the object may be gone right after
  }
  if (!shutting_down) return nullptr;
  std::this_thread::sleep_until(since + grace);
  ::_exit(k_exit_cut_off);
}

// False when the thread has nothing more to watch.
bool CallWatch::wait_and_act() {
  std::array<pollfd, 3> watched{pollfd{m_quit.get(), POLLIN, 0}, pollfd{m_timer.get(), POLLIN, 0},
                                pollfd{m_sigterm ? m_sigterm->fd() : -1, POLLIN, 0}};
  if (::poll(watched.data(), watched.size(), -1) < 0) return true;  // interrupted
  if (watched[2].revents != 0) {
    shut_down();
    return false;
  }
  if (watched[0].revents != 0) return false;
  if (watched[1].revents != 0) stop_due_calls();
  return true;
}

void CallWatch::shut_down() {
  std::vector<std::stop_source> sources;
  {
    const std::lock_guard lock(m_mutex);
    m_shutting_down = true;
    for (const Call* call : m_calls) sources.push_back(call->m_source);
  }
  m_leave();
  // Without the lock: callbacks may end calls.
  for (std::stop_source& source : sources) source.request_stop();
}

void CallWatch::stop_due_calls() {
  drain(m_timer.get());
  std::vector<std::stop_source> due;
  {
    const std::lock_guard lock(m_mutex);
    const SystemTime now = std::chrono::system_clock::now();
    SystemTime next = SystemTime::max();
    for (const Call* call : m_calls) {
      if (call->m_source.stop_requested()) continue;
      if (call->m_at <= now) {
        due.push_back(call->m_source);
      } else {
        next = std::min(next, call->m_at);
      }
    }
    arm(next);
  }
  for (std::stop_source& source : due) source.request_stop();
}

// With the lock held.
void CallWatch::arm(SystemTime at) {
  m_armed = at;
  itimerspec when{};
  if (at != SystemTime::max()) {
    // All zero would switch the timer off; 1970 is as good as any other past.
    const auto since_epoch = std::max(at.time_since_epoch(), SystemTime::duration(1));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count();
  }
  ::timerfd_settime(m_timer.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

CallWatch::Call::Call(CallWatch& watch, SystemTime at) : m_watch(watch), m_at(at) {
  const std::lock_guard lock(watch.m_mutex);
  watch.m_calls.push_back(this);
  if (watch.m_shutting_down) m_source.request_stop();
  if (at < watch.m_armed) watch.arm(at);
}

CallWatch::Call::~Call() {
  const std::lock_guard lock(m_watch.m_mutex);
  std::erase(m_watch.m_calls, this);
}

}  // namespace fanfold
