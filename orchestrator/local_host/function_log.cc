#include "orchestrator/local_host/function_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace fanfold {
namespace {

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error(errno, "make a pipe");
  Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // Our end alone: the function may expect its stdout to block.
  if (::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK) != 0) return errno_error(errno, "set up a pipe");
  return pipe;
}

}  // namespace

Result<FunctionLog::Opened> FunctionLog::open(const LocalHostOptions& options) {
  FANFOLD_ASSIGN(Pipe plain, make_pipe());
  const auto forward = options.verbose ? LogTail::Forward::to_stderr : LogTail::Forward::no;
  auto tail = std::make_shared<LogTail>(std::move(plain.reader), forward);
  if (!options.framed_log) {
    return Opened{FunctionLog(std::move(tail), nullptr), std::move(plain.writer), UniqueFd()};
  }
  FANFOLD_ASSIGN(Pipe framed, make_pipe());
  auto framed_log = std::make_shared<FramedLog>(std::move(framed.reader), tail);
  return Opened{FunctionLog(std::move(tail), std::move(framed_log)), std::move(plain.writer),
                std::move(framed.writer)};
}

Status FunctionLog::collect_with(LogCollector& collector) {
  FANFOLD_ASSIGN(const std::uint64_t plain, collector.add(m_tail));
  m_collected.push_back(plain);
  if (!m_framed) return {};
  FANFOLD_ASSIGN(const std::uint64_t framed, collector.add(m_framed));
  m_collected.push_back(framed);
  return {};
}

void FunctionLog::stop_collecting(LogCollector& collector) {
  for (const std::uint64_t id : m_collected) collector.remove(id);
  m_collected.clear();
}

void FunctionLog::drain() {
  (void)m_tail->drain();
  if (m_framed) (void)m_framed->drain();
}

std::uint64_t FunctionLog::mark() {
  drain();
  return m_tail->position();
}

void FunctionLog::add_lines(std::string_view text) {
  drain();
  m_tail->add_lines(text);
}

std::string FunctionLog::since(std::uint64_t mark) {
  drain();
  return m_tail->since(mark);
}

}  // namespace fanfold
