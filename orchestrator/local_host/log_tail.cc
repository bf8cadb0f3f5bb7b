#include "orchestrator/local_host/log_tail.h"

#include <unistd.h>

#include <algorithm>

namespace fanfold {
namespace {

constexpr std::size_t k_kept_bytes = std::size_t{16} * 1024;

}  // namespace

bool LogTail::drain() {
  const std::lock_guard lock(m_mutex);
  return drain_pipe(m_pipe.get(), [this](std::string_view text) { keep(text.data(), text.size()); });
}

void LogTail::add_lines(std::string_view text) {
  if (text.empty()) return;
  const std::lock_guard lock(m_mutex);
  if (!m_kept.empty() && m_kept.back() != '\n') keep("\n", 1);
  keep(text.data(), text.size());
  if (text.back() != '\n') keep("\n", 1);
}

void LogTail::keep(const char* data, std::size_t size) {
  if (m_forward == Forward::to_stderr) {
    // A closed or full stderr loses log lines, never an invocation.
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, data, size);
  }
  m_total += size;
  m_kept.append(data, size);
  if (m_kept.size() > 2 * k_kept_bytes) m_kept.erase(0, m_kept.size() - k_kept_bytes);
}

std::uint64_t LogTail::position() {
  const std::lock_guard lock(m_mutex);
  return m_total;
}

std::string LogTail::since(std::uint64_t mark) {
  const std::lock_guard lock(m_mutex);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(m_total - mark, m_kept.size()));
  return m_kept.substr(m_kept.size() - wanted);
}

}  // namespace fanfold
