// Tells running handlers to stop: each at its deadline, all of them at SIGTERM.
#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "runtime/core/clock.h"
#include "runtime/core/handle.h"
#include "runtime/core/result.h"
#include "runtime/invoke/sigterm.h"

namespace fanfold {

struct CallWatchOptions {
  bool handles_sigterm = true;
  // From SIGTERM until the process is ended, whatever it does.
  std::chrono::milliseconds grace{250};
};

// One thread with a small stack sleeps until a deadline or SIGTERM; invocations cost it nothing, for the
// timer is armed only where a deadline comes before all others. The timer runs by the wall clock, as
// deadlines do, and so fires at once after a thaw that was late. Thread-safe. Must outlive its calls.
class CallWatch {
 public:
  // Handles SIGTERM from now on, without acting on it before start().
  static Result<std::unique_ptr<CallWatch>> create(CallWatchOptions options);
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;
  // After SIGTERM the thread stays, until the end of the process.
  ~CallWatch();

  // `leave` is called once, on the watch's thread, when SIGTERM came, before the calls are told.
  Status start(std::function<void()> leave);
  bool is_shutting_down() const;

  // While it lives, one call: its token is told at `at`, at once if that has passed, and at SIGTERM.
  class Call {
   public:
    Call(CallWatch& watch, SystemTime at);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();
    std::stop_token token() const { return m_source.get_token(); }

   private:
    friend class CallWatch;
    CallWatch& m_watch;
    const SystemTime m_at;
    std::stop_source m_source;
  };

 private:
  explicit CallWatch(CallWatchOptions options) : m_options(options) {}
  static void* run_thread(void* self);
  bool wait_and_act();
  void shut_down();
  void stop_due_calls();
  void arm(SystemTime at);

  CallWatchOptions m_options;
  std::optional<SigtermEvent> m_sigterm;
  UniqueFd m_timer;
  UniqueFd m_quit;  // an event
  std::function<void()> m_leave;
  std::optional<pthread_t> m_thread;

  mutable std::mutex m_mutex;
  std::condition_variable m_ended;
  std::vector<Call*> m_calls;              // guarded by m_mutex, as all below
  SystemTime m_armed = SystemTime::max();  // when the timer fires next
  bool m_shutting_down = false;
  bool m_thread_is_done = false;  // with this object
};

}  // namespace fanfold
