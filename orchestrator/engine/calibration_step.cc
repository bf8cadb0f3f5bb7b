#include "orchestrator/engine/calibration_step.h"

#include <algorithm>
#include <cmath>

#include "handlers/kernels/calibration.h"
#include "orchestrator/engine/calibrant_matching.h"

namespace fanfold {
namespace {

double ppm(double mass, double reference) {
  return 1e6 * (mass - reference) / reference;
}

void warn(JobContext& context, const std::string& text) {
  context.status.message(log::Level::warning, text);
  context.report.warnings.push_back(text);
}

kernels::CalibrationCurve curve_of(CalibrationMethod method) {
  return method == CalibrationMethod::local ? kernels::CalibrationCurve::local
                                            : kernels::CalibrationCurve::linear;
}

Error too_few(const JobContext& context, const Group& group, std::size_t usable) {
  const Parameters::Calibration& calibration = context.job.parameters.calibration;
  return make_error(
      ErrorKind::invalid_argument,
      "'{}' has {} calibrants that can be used for '{}', {} calibration needs {}; add some, raise "
      "calibration.tolerance ({} ppm) or lower calibration.SNR ({})",
      calibration.table, usable, group.images.front().source->location, to_string(calibration.method),
      kernels::fewest_pairs(curve_of(calibration.method)), calibration.tolerance_ppm, calibration.snr);
}

Error out_of_order(const std::vector<double>& axis, const std::vector<double>& calibrated,
                   std::size_t channel) {
  const std::string before = channel == 0 ? "0" : fmt::format("{}", calibrated[channel - 1]);
  return make_error(ErrorKind::invalid_argument,
                    "the calibration moves m/z {} to {}, which does not lie above {}, where the channel "
                    "before it goes; check "
                    "the calibrants there, or take calibration.method=linear",
                    axis[channel], calibrated[channel], before);
}

// What people are told about the pairs, once the curve through them is known.
void describe_pairs(const std::vector<MatchedCalibrant>& matches, const kernels::MassCalibration& curve,
                    CalibrationReport& report) {
  double before = 0, after = 0;
  for (const MatchedCalibrant& match : matches) {
    CalibrationPair pair;
    pair.name = match.calibrant->name;
    pair.reference = match.calibrant->reference;
    pair.measured = match.measured;
    pair.matched = match.found;
    pair.residual_before_ppm = ppm(pair.measured, pair.reference);
    pair.residual_after_ppm = ppm(curve.calibrated(pair.measured), pair.reference);
    before += pair.residual_before_ppm * pair.residual_before_ppm;
    after += pair.residual_after_ppm * pair.residual_after_ppm;
    report.pairs.push_back(std::move(pair));
  }
  const auto count = static_cast<double>(matches.size());
  report.rms_before_ppm = std::sqrt(before / count);
  report.rms_after_ppm = std::sqrt(after / count);
}

void describe_shifts(const std::vector<double>& axis, const std::vector<double>& calibrated,
                     CalibrationReport& report) {
  report.lowest_shift_ppm = report.highest_shift_ppm = ppm(calibrated.front(), axis.front());
  for (std::size_t i = 1; i < axis.size(); ++i) {
    const double shift = ppm(calibrated[i], axis[i]);
    report.lowest_shift_ppm = std::min(report.lowest_shift_ppm, shift);
    report.highest_shift_ppm = std::max(report.highest_shift_ppm, shift);
  }
}

}  // namespace

Result<std::vector<Calibrant>> read_calibrants(StoreRegistry& stores, const Job& job) {
  if (!job.parameters.mass_calibration) return std::vector<Calibrant>();
  const std::string& table = job.parameters.calibration.table;
  if (table.empty()) {
    return make_error(ErrorKind::invalid_argument,
                      "massCalibration is true, but there is no table of reference masses; name one with "
                      "--calibration or calibration.table, or set massCalibration to false");
  }
  FANFOLD_ASSIGN(const Uri uri, Uri::parse(table));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(uri));
  FANFOLD_ASSIGN(const std::string text, store->read_all(uri, k_max_calibration_table_bytes));
  return parse_calibration_table(text, table);
}

void warn_of_unused_calibrants(JobContext& context) {
  const Parameters& parameters = context.job.parameters;
  if (parameters.mass_calibration || parameters.calibration.table.empty()) return;
  warn(context, fmt::format("massCalibration is false: masses are not calibrated by '{}'",
                            parameters.calibration.table));
}

bool calibration_needs_reference(const JobContext& context) {
  return std::ranges::any_of(context.calibrants,
                             [](const Calibrant& calibrant) { return !calibrant.measured; });
}

Status calibrate(JobContext& context, Group& group) {
  const Parameters& parameters = context.job.parameters;
  std::vector<double> peaks;
  if (calibration_needs_reference(context)) peaks = peak_masses(group.reference, group.axis, parameters);
  const CalibrantMatches matched =
      match_calibrants(context.calibrants, peaks, parameters.calibration.tolerance_ppm);
  for (const std::string& warning : matched.warnings) {
    warn(context, fmt::format("'{}': {}", parameters.calibration.table, warning));
  }
  const kernels::CalibrationCurve kind = curve_of(parameters.calibration.method);
  if (matched.matches.size() < kernels::fewest_pairs(kind)) {
    return too_few(context, group, matched.matches.size());
  }
  std::vector<kernels::MassPair> pairs;
  for (const MatchedCalibrant& match : matched.matches) {
    pairs.push_back({match.measured, match.calibrant->reference});
  }
  const kernels::MassCalibration curve(kind, std::move(pairs));

  group.calibration.emplace();
  Calibration& calibration = *group.calibration;
  calibration.measured_axis = group.axis;
  for (const double mass : group.axis) calibration.axis.push_back(curve.calibrated(mass));
  if (const auto channel = kernels::first_disorder(group.axis, calibration.axis)) {
    return out_of_order(group.axis, calibration.axis, *channel);
  }
  CalibrationReport report;
  report.group = group.number;
  report.method = to_string(parameters.calibration.method);
  describe_pairs(matched.matches, curve, report);
  describe_shifts(group.axis, calibration.axis, report);
  context.report.calibrations.push_back(report);
  calibration.report = std::make_shared<const CalibrationReport>(std::move(report));
  return context.dump.group_array("calibrated_mass", group.number, calibration.axis);
}

void adopt_calibrated_axis(Group& group) {
  if (group.calibration) group.axis = group.calibration->axis;
}

}  // namespace fanfold
