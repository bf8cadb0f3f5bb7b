#include "runtime/core/time_text.h"

#include <fmt/format.h>

#include <ctime>

namespace fanfold {
namespace {

std::string formatted(SystemTime time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  char text[32];
  if (::gmtime_r(&seconds, &parts) == nullptr || parts.tm_year < -1899 || parts.tm_year > 8099) {
    return "an unknown time";
  }
  return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

}  // namespace

std::string utc_text(SystemTime time) {
  return formatted(time, "%Y-%m-%d %H:%M UTC");
}

std::string iso_text(SystemTime time) {
  return formatted(time, "%Y-%m-%dT%H:%M:%SZ");
}

std::string duration_text(std::chrono::seconds duration) {
  const auto seconds = duration.count();
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * 3'600) return fmt::format("{} min", seconds / 60);
  if (seconds < 2 * 86'400) return fmt::format("{} h", seconds / 3'600);
  return fmt::format("{} days", seconds / 86'400);
}

}  // namespace fanfold
