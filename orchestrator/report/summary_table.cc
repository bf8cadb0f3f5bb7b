#include <algorithm>
#include <array>
#include <numeric>

#include "orchestrator/report/report.h"

namespace fanfold {
namespace {

constexpr std::string_view k_bold = "\x1b[1m";
constexpr std::string_view k_plain = "\x1b[0m";
constexpr std::size_t k_columns = 7;
constexpr std::size_t k_most_calibrants = 8;  // that are listed one by one
using Cells = std::array<std::string, k_columns>;

Cells header() {
  return {"stage", "calls", "retries", "time", "CPU", "read", "written"};
}

Cells cells_of(const StageReport& stage) {
  const std::string name = stage.group > 1 ? fmt::format("{} ({})", stage.name, stage.group) : stage.name;
  return {name,
          std::to_string(stage.calls),
          std::to_string(stage.retries),
          human_seconds(stage.wall_seconds),
          human_seconds(stage.map_cpu_seconds + stage.reduce_cpu_seconds),
          human_bytes(stage.bytes_read),
          human_bytes(stage.bytes_written)};
}

// Times overlap (a checksum runs beside the next stage), so the sum of the stages' times is not the run's.
Cells totals(const RunReport& report) {
  StageReport sum;
  sum.name = "in all";
  for (const StageReport& stage : report.stages) {
    sum.calls += stage.calls;
    sum.retries += stage.retries;
    sum.bytes_read += stage.bytes_read;
    sum.bytes_written += stage.bytes_written;
  }
  Cells cells = cells_of(sum);
  cells[3] = human_seconds(report.wall_seconds);
  cells[4] = human_seconds(report.cpu_seconds);
  return cells;
}

// Columns fall off on the right where the terminal is narrow.
std::string render(const std::vector<Cells>& rows, std::size_t width, Color color) {
  std::array<std::size_t, k_columns> widths{};
  for (const Cells& row : rows) {
    for (std::size_t c = 0; c < k_columns; ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::size_t shown = 0;
  std::size_t used = 0;
  while (shown < k_columns && used + widths[shown] + (shown == 0 ? 0 : 2) <= width) {
    used += widths[shown] + (shown == 0 ? 0 : 2);
    ++shown;
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const bool strong = color == Color::on && (r == 0 || r + 1 == rows.size());
    if (strong) text += k_bold;
    for (std::size_t c = 0; c < shown; ++c) {
      text += c == 0 ? fmt::format("{:<{}}", rows[r][c], widths[c])
                     : fmt::format("  {:>{}}", rows[r][c], widths[c]);
    }
    if (strong) text += k_plain;
    text += "\n";
  }
  return text;
}

std::string cut(std::string line, std::size_t width) {
  if (line.size() > width) line = line.substr(0, width - 3) + "...";
  return line + "\n";
}

std::string closing_lines(const RunReport& report, std::size_t width) {
  const std::uint64_t pixels =
      std::accumulate(report.images.begin(), report.images.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const ImageReport& image) { return sum + image.pixels; });
  std::uint64_t worker_peak = 0;
  for (const StageReport& stage : report.stages) worker_peak = std::max(worker_peak, stage.peak_memory_bytes);
  std::string text = cut(fmt::format("{} image{}, {} pixels, {} of spectra, {} bins", report.images.size(),
                                     report.images.size() == 1 ? "" : "s", pixels,
                                     human_bytes(report.dataset_bytes), report.bins),
                         width);
  text += cut(fmt::format("peak memory {} (orchestrator), {} (worker); {} cold starts",
                          human_bytes(report.orchestrator_peak_memory_bytes), human_bytes(worker_peak),
                          report.cold_starts),
              width);
  text += cut(fmt::format("checksums: {} read once more", human_bytes(report.checksum_pass_bytes)), width);
  for (const CalibrationReport& calibration : report.calibrations) {
    for (std::string& line : calibration_lines(calibration, k_most_calibrants)) {
      text += cut(std::move(line), width);
    }
  }
  for (const std::string& warning : report.warnings) text += cut("warning: " + warning, width);
  return text;
}

}  // namespace

std::string summary_table(const RunReport& report, std::size_t width, Color color) {
  width = std::max<std::size_t>(width, 60);
  std::vector<Cells> rows{header()};
  for (const StageReport& stage : report.stages) rows.push_back(cells_of(stage));
  rows.push_back(totals(report));
  return render(rows, width, color) + closing_lines(report, width);
}

}  // namespace fanfold
