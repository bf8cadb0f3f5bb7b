#include <fmt/format.h>

#include "orchestrator/progress/text_status.h"

namespace fanfold {
namespace {

constexpr std::chrono::seconds k_line_interval{5};

}  // namespace

LineStatus::LineStatus(TextOutput output, Clock& clock)
    : TextStatus(std::move(output), clock, k_line_interval) {}
void LineStatus::show(std::string_view line) {
  keep(line);
}
void LineStatus::keep(std::string_view line) {
  m_output(fmt::format("{}\n", line));
}

void QuietStatus::message(log::Level level, std::string_view text) {
  if (level != log::Level::warning && level != log::Level::error) return;
  const std::lock_guard lock(m_mutex);
  m_output(fmt::format("{}{}\n", message_label(level), text));
}

}  // namespace fanfold
