// One record of log per call: a line on stderr, or, in a function, what its platform asks for
// (runtime/core/log_setup.h). Never log a secret or an event's payload.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace fanfold::log {

enum class Level : std::uint8_t { trace, debug, info, warning, error, fatal, off };

// Default: warning. All of this is thread-safe.
void set_level(Level level);
bool enabled(Level level);
// Neither fails nor waits for long, whatever has become of the descriptor.
void write(Level level, std::string_view message);

template <typename... Args>
void trace(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::trace)) write(Level::trace, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::warning)) write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void fatal(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::fatal)) write(Level::fatal, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace fanfold::log
