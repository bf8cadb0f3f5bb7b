// Something that a child writes and that must be read so that the child does not block.
#pragma once

#include <functional>
#include <string_view>

namespace fanfold {

// Thread-safe.
class LogSource {
 public:
  virtual ~LogSource() = default;
  virtual int fd() const = 0;
  // Takes what the pipe holds now. False once all writers are gone.
  virtual bool drain() = 0;
};

// Hands on what a non-blocking pipe holds now, up to a bound: a child that prints without end shall not hold
// up whoever drains. False once all writers are gone.
bool drain_pipe(int fd, const std::function<void(std::string_view)>& take);

}  // namespace fanfold
