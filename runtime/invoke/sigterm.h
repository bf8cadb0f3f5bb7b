// SIGTERM as something that can be waited for like a socket.
#pragma once

#include <csignal>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold {

// While it lives, SIGTERM makes fd() readable instead of ending the process. The handler writes to an eventfd
// and does nothing else: no thread has to block the signal, and what the process starts does not inherit a
// mask. One at a time in a process; not thread-safe.
class SigtermEvent {
 public:
  static Result<SigtermEvent> install();
  SigtermEvent(SigtermEvent&& other) noexcept;
  SigtermEvent& operator=(SigtermEvent&&) = delete;
  ~SigtermEvent();  // puts the former disposition back

  int fd() const { return m_fd.get(); }

 private:
  SigtermEvent(UniqueFd fd, struct sigaction former) : m_fd(std::move(fd)), m_former(former) {}
  UniqueFd m_fd;  // none after a move
  struct sigaction m_former;
};

}  // namespace fanfold
