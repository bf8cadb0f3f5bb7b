#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "orchestrator/progress/text_status.h"

namespace fanfold {
namespace {

// Progress that cannot be written is not worth failing a run for.
void write_to_stderr(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool is_set(const char* name) {
  const char* value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  return value != nullptr && *value != '\0';
}

bool terminal_is_dumb() {
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  return term == nullptr || std::string_view(term) == "dumb";
}

}  // namespace

Terminal stderr_terminal() {
  Terminal terminal;
  terminal.is_terminal = isatty(STDERR_FILENO) == 1 && !terminal_is_dumb();
  terminal.color = terminal.is_terminal && !is_set("NO_COLOR");
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) terminal.width = size.ws_col;
  return terminal;
}

std::unique_ptr<StatusSink> make_stderr_status(Verbosity verbosity) {
  if (verbosity == Verbosity::quiet) return std::make_unique<QuietStatus>(write_to_stderr);
  const Terminal terminal = stderr_terminal();
  if (!terminal.is_terminal) return std::make_unique<LineStatus>(write_to_stderr, system_clock());
  return std::make_unique<TerminalStatus>(
      write_to_stderr, system_clock(), terminal.width,
      terminal.color ? TerminalStatus::Color::on : TerminalStatus::Color::off);
}

}  // namespace fanfold
