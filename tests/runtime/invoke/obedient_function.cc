// A function that waits in the way its event says, "obey" or "ignore" what it is told, and answers when it is
// told to stop. It says on a socket of its own when it waits: its event's second word is the port.
#include <condition_variable>
#include <mutex>
#include <string>

#include "runtime/invoke/runtime.h"
#include "tests/runtime/net/raw_socket.h"

namespace {

using namespace fanfold;

std::variant<std::string, HandlerError> act(const Invocation& invocation) {
  const std::string event(invocation.payload);
  const std::size_t space = event.find(' ');
  if (space == std::string::npos) return event;
  RawSocket(event.substr(space + 1)).send("waiting");
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  if (event.starts_with("ignore")) {
    for (;;) never.wait(lock);
  }
  never.wait(lock, invocation.stop, [] { return false; });
  const Status status = invocation.keep_going();
  const bool late = !status && status.error().kind() == ErrorKind::timeout;
  return HandlerError{late ? "Function.Timeout" : "Function.Cancelled", status.error().message(), {}};
}

}  // namespace

int main() {
  const auto options = options_from_environment();
  return options ? run(*options, act) : 2;
}
