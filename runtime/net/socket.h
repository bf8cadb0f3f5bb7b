// TCP listening, waiting with a deadline, and an event that can be waited for like a socket.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;  // none: for ever

// A non-blocking listening socket. `address` is "a.b.c.d:port", port 0 for any free one.
Result<UniqueFd> listen_tcp(std::string_view address);
// "a.b.c.d:port" of a bound socket.
Result<std::string> local_address(int fd);
// The next waiting connection, non-blocking and without Nagle's delay; no descriptor when none waits.
Result<UniqueFd> accept_tcp(int listener);

// poll() until something happened or the deadline passed; whether something happened. Interruptions are
// hidden.
bool poll_until(std::span<pollfd> watched, const Deadline& deadline);

// Once set it stays set. Any number of threads may wait for fd() to become readable. Thread-safe.
class StopEvent {
 public:
  static Result<StopEvent> create();
  void set() const;
  bool is_set() const;
  int fd() const { return m_fd.get(); }

 private:
  explicit StopEvent(UniqueFd fd) : m_fd(std::move(fd)) {}
  UniqueFd m_fd;
};

}  // namespace fanfold
