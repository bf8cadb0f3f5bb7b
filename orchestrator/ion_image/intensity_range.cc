#include "orchestrator/ion_image/intensity_range.h"

#include <algorithm>
#include <cmath>

namespace fanfold::ion_image {

double IntensityRange::fraction(double value, Scale scale) const {
  if (!(high > low)) return 0;
  // Halves first: the difference of two finite numbers need not be finite.
  const double part = std::clamp((value / 2 - low / 2) / (high / 2 - low / 2), 0.0, 1.0);
  return scale == Scale::square_root ? std::sqrt(part) : part;
}

IntensityRange intensity_range(const std::vector<std::vector<double>>& rasters, double percentile) {
  IntensityRange range;
  std::vector<double> above_zero;
  for (const std::vector<double>& cells : rasters) {
    for (const double value : cells) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      if (value > 0) above_zero.push_back(value);
    }
  }
  if (above_zero.empty()) return range;
  const auto count = static_cast<double>(above_zero.size());
  const double rank = std::clamp(std::ceil(count * percentile / 100), 1.0, count);
  const auto at = above_zero.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(above_zero.begin(), at, above_zero.end());
  range.high = *at;
  range.clipped = std::any_of(at, above_zero.end(), [&](double value) { return value > range.high; });
  return range;
}

}  // namespace fanfold::ion_image
