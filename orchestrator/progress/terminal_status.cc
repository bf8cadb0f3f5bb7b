#include <fmt/format.h>

#include "orchestrator/progress/text_status.h"

namespace fanfold {
namespace {

constexpr std::chrono::milliseconds k_redraw_interval{34};  // at most 30 a second
constexpr std::string_view k_erase_line = "\r\x1b[K";
constexpr std::string_view k_bold = "\x1b[1m";
constexpr std::string_view k_plain = "\x1b[0m";

}  // namespace

TerminalStatus::TerminalStatus(TextOutput output, Clock& clock, std::size_t width, Color color)
    : TextStatus(std::move(output), clock, k_redraw_interval), m_width(width), m_color(color) {}

// A shell prompt must not stand behind half a line.
TerminalStatus::~TerminalStatus() {
  if (m_drawn) m_output(k_erase_line);
}

void TerminalStatus::show(std::string_view line) {
  // A full line would wrap, and only its second half would be erased.
  line = line.substr(0, m_width - 1);
  const std::string_view stage = line.substr(0, line.find("  "));
  if (m_color == Color::on) {
    m_output(fmt::format("{}{}{}{}{}", k_erase_line, k_bold, stage, k_plain, line.substr(stage.size())));
  } else {
    m_output(fmt::format("{}{}", k_erase_line, line));
  }
  m_drawn = true;
}

void TerminalStatus::keep(std::string_view line) {
  m_output(fmt::format("{}{}\n", m_drawn ? k_erase_line : "", line));
  m_drawn = false;
}

}  // namespace fanfold
