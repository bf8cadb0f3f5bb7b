#include "orchestrator/progress/run_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace fanfold {
namespace {

double seconds_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

std::string short_seconds(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{} min", (whole + 30) / 60);
  return fmt::format("{} h", (whole + 1800) / 3600);
}

std::string amount(std::uint64_t count, StatusSink::Unit unit) {
  if (unit == StatusSink::Unit::items) return std::to_string(count);
  return fmt::format("{:.1f} MiB", static_cast<double>(count) / (1 << 20));
}

}  // namespace

void RunProgress::start_stage(std::string_view stage, std::uint64_t total_calls, SteadyTime now) {
  m_stage = stage;
  m_in_stage = true;
  m_started = now;
  m_total = total_calls;
  m_done = 0;
  m_retried = 0;
}

void RunProgress::side_work(std::string_view what, std::uint64_t done, std::uint64_t total,
                            StatusSink::Unit unit) {
  if (total != 0 && done >= total) {
    m_side.clear();
  } else if (total == 0) {
    m_side = fmt::format("{} {}", what, amount(done, unit));
  } else {
    m_side = fmt::format("{} {} of {}", what, amount(done, unit), amount(total, unit));
  }
}

std::string RunProgress::stage_part(SteadyTime now) const {
  if (m_total == 0) return m_stage;
  std::string text = fmt::format("{}  {}/{} calls", m_stage, m_done, m_total);
  const double elapsed = seconds_between(m_started, now);
  if (m_done > 0 && elapsed > 0) {
    const double rate = static_cast<double>(m_done) / elapsed;
    text += fmt::format("  {:.1f}/s", rate);
    if (m_done < m_total) text += "  ETA " + short_seconds(static_cast<double>(m_total - m_done) / rate);
  }
  if (m_retried > 0) text += fmt::format("  {} retried", m_retried);
  return text;
}

std::string RunProgress::line(SteadyTime now) const {
  if (!m_in_stage) return m_side;
  const std::string stage = stage_part(now);
  return m_side.empty() ? stage : stage + " | " + m_side;
}

std::string RunProgress::finish_stage(SteadyTime now) {
  m_in_stage = false;
  std::string text = m_stage + ":";
  if (m_total > 0) text += fmt::format(" {} call{}", m_done, m_done == 1 ? "" : "s");
  text += fmt::format(" in {:.1f} s", seconds_between(m_started, now));
  if (m_retried > 0) text += fmt::format(", {} retried", m_retried);
  return text;
}

}  // namespace fanfold
