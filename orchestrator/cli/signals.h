// Signals as a stop_token.
#pragma once

#include <memory>
#include <stop_token>

#include "runtime/core/result.h"

namespace fanfold::cli {

// While it lives, SIGINT, SIGTERM and SIGHUP request a stop; a second one ends the process at once with
// status 130. SIGPIPE is ignored for good: a write to a closed pipe is an error value. A SIGHUP that was
// ignored when we came (nohup) stays so. Make it before any other thread is started: threads inherit the mask
// that leaves the signals to this object.
class StopOnSignal {
 public:
  static Result<std::unique_ptr<StopOnSignal>> install();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  std::stop_token token() const;

 private:
  struct State;
  explicit StopOnSignal(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace fanfold::cli
