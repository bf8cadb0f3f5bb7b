#include <algorithm>

#include "orchestrator/report/calibration_report.h"
#include "runtime/core/result.h"

namespace fanfold {
namespace {

std::string pair_line(const CalibrationPair& pair) {
  return fmt::format("  {:<20.20} {:>11.5f} {:>11.5f} {:>+8.2f} ppm, then {:>+7.2f} ppm{}", pair.name,
                     pair.reference, pair.measured, pair.residual_before_ppm, pair.residual_after_ppm,
                     pair.matched ? "" : ", given");
}

}  // namespace

std::vector<std::string> calibration_lines(const CalibrationReport& calibration, std::size_t most_pairs) {
  const std::string group = calibration.group > 1 ? fmt::format(" ({})", calibration.group) : "";
  std::vector<std::string> lines;
  lines.push_back(fmt::format("calibration{}: {} by {} calibrants, {:.2f} ppm off before, {:.2f} ppm after",
                              group, calibration.method, calibration.pairs.size(), calibration.rms_before_ppm,
                              calibration.rms_after_ppm));
  lines.push_back(fmt::format("  masses of the axis moved by {:+.2f} to {:+.2f} ppm",
                              calibration.lowest_shift_ppm, calibration.highest_shift_ppm));
  const std::size_t shown = std::min(calibration.pairs.size(), most_pairs);
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(pair_line(calibration.pairs[i]));
  if (shown < calibration.pairs.size()) {
    lines.push_back(fmt::format("  and {} more, in report.json", calibration.pairs.size() - shown));
  }
  return lines;
}

}  // namespace fanfold
