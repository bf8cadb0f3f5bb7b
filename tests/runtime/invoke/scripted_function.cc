// A function that does what its event says; another event is its answer. INIT=throw in the environment: it
// cannot start.
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>

#include "runtime/core/environment_variables.h"
#include "runtime/core/log.h"
#include "runtime/core/log_setup.h"
#include "runtime/invoke/runtime.h"

namespace {

using namespace fanfold;
using Answer = std::variant<std::string, HandlerError>;

// Answers when so many invocations are inside at once.
class MeetingPoint {
 public:
  Answer meet(unsigned count, const std::stop_token& stop) {
    std::unique_lock lock(m_mutex);
    ++m_arrived;
    m_changed.notify_all();
    if (m_changed.wait(lock, stop, [&] { return m_arrived >= count; })) return std::string("met");
    return HandlerError{"Function.Alone", "nobody else came", {}};
  }

 private:
  std::mutex m_mutex;
  std::condition_variable_any m_changed;
  unsigned m_arrived = 0;  // guarded by m_mutex
};

[[noreturn]] void ignore_everything() {
  for (;;) ::pause();
}

Answer wait_for_stop(const Invocation& invocation) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait(lock, invocation.stop, [] { return false; });
  return HandlerError{"Function.Stopped", invocation.keep_going().error().message(), {}};
}

Answer act(const Invocation& invocation, MeetingPoint& meeting_point) {
  const std::string_view event = invocation.payload;
  if (event == "error") return HandlerError{"Function.Asked", "as asked", {"first", "second"}};
  if (event == "throw") throw std::runtime_error("thrown as asked");
  if (event == "exit") ::_exit(3);
  if (event == "ignore") ignore_everything();
  if (event == "wait") return wait_for_stop(invocation);
  if (event == "log") log::warning("one line\nand another");
  if (event == "request") return std::string(invocation.request_id);
  if (event.starts_with("bytes ")) return std::string(std::stoul(std::string(event.substr(6))), 'x');
  if (event.starts_with("meet ")) {
    return meeting_point.meet(static_cast<unsigned>(std::stoul(std::string(event.substr(5)))),
                              invocation.stop);
  }
  return std::string(event);
}

}  // namespace

int main() {
  const EnvironmentVariables variables = EnvironmentVariables::of_process();
  log::configure(variables);
  const auto options = options_from_environment();
  if (!options) return 2;
  MeetingPoint meeting_point;
  return run_workers(*options, [&]() -> Handler {
    if (variables.find("INIT") == "throw") throw std::runtime_error("no start as asked");
    return [&meeting_point](const Invocation& invocation) { return act(invocation, meeting_point); };
  });
}
