#include "orchestrator/progress/text_status.h"

#include <fmt/format.h>

namespace fanfold {

std::string_view message_label(log::Level level) {
  switch (level) {
    case log::Level::error:
      return "error: ";
    case log::Level::warning:
      return "warning: ";
    default:
      return "";
  }
}

void TextStatus::stage_started(std::string_view stage, std::uint64_t total_calls) {
  const std::lock_guard lock(m_mutex);
  const SteadyTime now = m_clock.steady_now();
  m_progress.start_stage(stage, total_calls, now);
  // The first line of a stage comes when there is something to tell.
  m_last_shown = now;
}

void TextStatus::call_done() {
  const std::lock_guard lock(m_mutex);
  m_progress.count_done();
  show_if_due();
}

void TextStatus::call_retried(std::string_view reason) {
  const std::lock_guard lock(m_mutex);
  m_progress.count_retry();
  log::info("a call is issued again: {}", reason);
  show_if_due();
}

void TextStatus::stage_finished() {
  const std::lock_guard lock(m_mutex);
  if (m_progress.in_stage()) keep(m_progress.finish_stage(m_clock.steady_now()));
}

void TextStatus::progress(std::string_view what, std::uint64_t done, std::uint64_t total, Unit unit) {
  const std::lock_guard lock(m_mutex);
  m_progress.side_work(what, done, total, unit);
  show_if_due();
}

void TextStatus::message(log::Level level, std::string_view text) {
  const std::lock_guard lock(m_mutex);
  if (level == log::Level::debug || level == log::Level::off) return;
  keep(fmt::format("{}{}", message_label(level), text));
}

void TextStatus::show_if_due() {
  const SteadyTime now = m_clock.steady_now();
  if (m_last_shown && now - *m_last_shown < m_interval) return;
  const std::string line = m_progress.line(now);
  if (line.empty()) return;
  m_last_shown = now;
  show(line);
}

}  // namespace fanfold
