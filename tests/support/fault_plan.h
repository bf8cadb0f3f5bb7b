// What a faulty runtime does wrong, and when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/protocol/event.h"

namespace fanfold::support {

enum class Fault {
  none,
  kill_before_commit,     // SIGKILL to itself between the last upload and the commit
  hang_before_commit,     // tells a waiting reader so, then waits for its end
  exit,                   // exit status 3 in the middle of a call, after a line on stderr
  throw_exception,        // out of the handler
  answer_without_commit,  // claims to have committed
  hang_after_commit       // commits, never answers
};

// A text file, one fault per line: `STAGE CUBE ATTEMPTS FAULT [PATH]`. STAGE and CUBE may be `*`; the fault
// happens in the first ATTEMPTS attempts of the call. The first line that fits counts.
struct FaultPlan {
  struct Line {
    std::string stage;                  // "*": every one
    std::optional<std::uint32_t> cube;  // nothing: every one
    std::uint32_t attempts = 0;
    Fault fault = Fault::none;
    std::string path;  // hang_before_commit: a FIFO that gets a byte when the call stands still
  };
  std::vector<Line> lines;

  // Nothing for a file that is not there or not of this form.
  static std::optional<FaultPlan> read(const std::string& path);
  const Line* find(const protocol::Event& event) const;
};

}  // namespace fanfold::support
