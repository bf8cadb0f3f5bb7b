// The last of what a child printed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "orchestrator/local_host/log_source.h"
#include "runtime/core/handle.h"

namespace fanfold {

// Owns the read end of the child's pipe. Thread-safe.
class LogTail final : public LogSource {
 public:
  enum class Forward : std::uint8_t { no, to_stderr };

  // REQUIRES: a non-blocking descriptor.
  LogTail(UniqueFd pipe, Forward forward) : m_pipe(std::move(pipe)), m_forward(forward) {}

  int fd() const override { return m_pipe.get(); }
  bool drain() override;
  // Adds lines that did not come through the pipe, on lines of their own.
  void add_lines(std::string_view text);
  // Bytes printed so far; a mark for since().
  std::uint64_t position();
  // What came after the mark, as far as it is still kept.
  std::string since(std::uint64_t mark);

 private:
  void keep(const char* data, std::size_t size);

  UniqueFd m_pipe;
  const Forward m_forward;
  std::mutex m_mutex;
  std::string m_kept;         // guarded by m_mutex; the last bytes, up to twice k_kept_bytes
  std::uint64_t m_total = 0;  // guarded by m_mutex
};

}  // namespace fanfold
