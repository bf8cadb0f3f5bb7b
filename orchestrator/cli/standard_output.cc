#include "orchestrator/cli/standard_output.h"

#include <unistd.h>

#include <cerrno>

#include "runtime/core/units.h"

namespace fanfold::cli {

Status StandardOutput::write(Bytes bytes) {
  m_buffer.append(as_text(bytes));
  return m_buffer.size() < 64_KiB ? Status() : flush();
}

Status StandardOutput::flush() {
  std::string_view rest = m_buffer;
  while (!rest.empty() && !m_reader_is_gone) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) m_reader_is_gone = true;
    if (written < 0 && errno != EPIPE) return errno_error(errno, "write to standard output");
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  m_buffer.clear();
  return {};
}

}  // namespace fanfold::cli
