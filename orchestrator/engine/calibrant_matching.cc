#include "orchestrator/engine/calibrant_matching.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

#include "handlers/kernels/nearest.h"
#include "handlers/kernels/noise.h"
#include "handlers/kernels/peak_picking.h"

namespace fanfold {
namespace {

// A few of them by name.
std::string labels_of(const std::vector<const Calibrant*>& calibrants) {
  constexpr std::size_t k_most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(calibrants.size(), k_most); ++i) {
    text += (i == 0 ? "" : ", ") + label_of(*calibrants[i]);
  }
  if (calibrants.size() > k_most) text += fmt::format(" and {} more", calibrants.size() - k_most);
  return text;
}

std::optional<double> nearest_peak(std::span<const double> peaks, double reference, double tolerance_ppm) {
  if (peaks.empty()) return std::nullopt;
  const double peak = peaks[kernels::nearest_in_order(peaks, reference, [](double mass) { return mass; })];
  if (!(1e6 * std::fabs(peak - reference) / reference <= tolerance_ppm)) return std::nullopt;
  return peak;
}

// Takes out found masses that another calibrant has too.
std::vector<const Calibrant*> drop_shared(std::vector<MatchedCalibrant>& matches) {
  std::map<double, std::size_t> users;
  for (const MatchedCalibrant& match : matches) ++users[match.measured];
  std::vector<const Calibrant*> dropped;
  std::erase_if(matches, [&](const MatchedCalibrant& match) {
    if (!match.found || users[match.measured] == 1) return false;
    dropped.push_back(match.calibrant);
    return true;
  });
  return dropped;
}

}  // namespace

std::string label_of(const Calibrant& calibrant) {
  if (calibrant.name.empty()) return fmt::format("{}", calibrant.reference);
  return fmt::format("{} ({})", calibrant.name, calibrant.reference);
}

std::vector<double> peak_masses(std::span<const double> spectrum, std::span<const double> axis,
                                const Parameters& parameters) {
  kernels::PeakPicker picker({.snr = parameters.calibration.snr,
                              .window_size = parameters.peak_picking.window_size,
                              .oversampling = parameters.peak_picking.oversampling},
                             axis);
  kernels::NoiseEstimator noise(axis.size(), std::bit_ceil(axis.size()), picker.noise_window());
  std::vector<double> floor(axis.size());
  const std::span<double> out(floor);
  noise.estimate(std::span(&spectrum, 1), std::span(&out, 1));
  std::vector<kernels::Peak> peaks;
  picker.pick(spectrum, floor, peaks);
  std::vector<double> masses;
  for (const kernels::Peak& peak : peaks) masses.push_back(peak.mass);
  std::ranges::sort(masses);  // centroids of neighbours may be out of order
  return masses;
}

CalibrantMatches match_calibrants(std::span<const Calibrant> calibrants, std::span<const double> peaks,
                                  double tolerance_ppm) {
  CalibrantMatches result;
  std::vector<const Calibrant*> unmatched;
  for (const Calibrant& calibrant : calibrants) {
    if (calibrant.measured) {
      result.matches.push_back({&calibrant, *calibrant.measured, false});
    } else if (const auto peak = nearest_peak(peaks, calibrant.reference, tolerance_ppm)) {
      result.matches.push_back({&calibrant, *peak, true});
    } else {
      unmatched.push_back(&calibrant);
    }
  }
  const auto shared = drop_shared(result.matches);
  if (!unmatched.empty()) {
    result.warnings.push_back(fmt::format(
        "{} of {} calibrants left out, as no peak of the reference spectrum lies within {} ppm of them: {}",
        unmatched.size(), calibrants.size(), tolerance_ppm, labels_of(unmatched)));
  }
  if (!shared.empty()) {
    result.warnings.push_back(
        fmt::format("{} of {} calibrants left out, as their nearest peak is another calibrant's too: {}",
                    shared.size(), calibrants.size(), labels_of(shared)));
  }
  return result;
}

}  // namespace fanfold
