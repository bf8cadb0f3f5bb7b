// The framed log descriptor: records of a child that may hold line ends, each with a kind and a time. A frame
// is big-endian: type (0xa55a0003 text, 0xa55a0002 JSON, the level in the lowest byte's upper bits), length,
// microseconds since 1970, then the record.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "orchestrator/local_host/log_tail.h"

namespace fanfold {

// Owns the read end of the child's pipe and adds whole records to a log. Bytes that are no frame are added as
// they are, so nothing that was written is lost. Thread-safe.
class FramedLog final : public LogSource {
 public:
  // REQUIRES: a non-blocking descriptor.
  FramedLog(UniqueFd pipe, std::shared_ptr<LogTail> into)
      : m_pipe(std::move(pipe)), m_into(std::move(into)) {}

  int fd() const override { return m_pipe.get(); }
  bool drain() override;

 private:
  void take_frames();

  UniqueFd m_pipe;
  std::shared_ptr<LogTail> m_into;
  std::mutex m_mutex;
  std::string m_bytes;  // guarded by m_mutex; the beginning of a frame
};

}  // namespace fanfold
