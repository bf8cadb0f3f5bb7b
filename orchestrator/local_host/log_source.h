// Something that a child writes and that must be read so that the child does not block.
#pragma once

namespace fanfold {

// Thread-safe.
class LogSource {
 public:
  virtual ~LogSource() = default;
  virtual int fd() const = 0;
  // Takes what the pipe holds now. False once all writers are gone.
  virtual bool drain() = 0;
};

}  // namespace fanfold
