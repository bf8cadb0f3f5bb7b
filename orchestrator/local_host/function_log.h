// All that a child prints: the ordinary pipe and, where it is offered, the framed descriptor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/local_host/framed_log.h"
#include "orchestrator/local_host/local_host.h"
#include "orchestrator/local_host/log_collector.h"

namespace fanfold {

// Used by one thread; a collector's thread keeps the pipes empty meanwhile.
class FunctionLog {
 public:
  struct Opened;
  // Errors: those of pipes.
  static Result<Opened> open(const LocalHostOptions& options);

  FunctionLog(FunctionLog&&) noexcept = default;
  FunctionLog(const FunctionLog&) = delete;
  FunctionLog& operator=(const FunctionLog&) = delete;

  Status collect_with(LogCollector& collector);
  void stop_collecting(LogCollector& collector);

  // A mark for since(), after all that has been printed.
  std::uint64_t mark();
  void add_lines(std::string_view text);
  std::string since(std::uint64_t mark);

 private:
  FunctionLog(std::shared_ptr<LogTail> tail, std::shared_ptr<FramedLog> framed)
      : m_tail(std::move(tail)), m_framed(std::move(framed)) {}
  void drain();

  std::shared_ptr<LogTail> m_tail;
  std::shared_ptr<FramedLog> m_framed;  // null where it is not offered
  std::vector<std::uint64_t> m_collected;
};

// The writing ends are the child's; framed_writer is -1 where it is not offered.
struct FunctionLog::Opened {
  FunctionLog log;
  UniqueFd writer;
  UniqueFd framed_writer;
};

}  // namespace fanfold
