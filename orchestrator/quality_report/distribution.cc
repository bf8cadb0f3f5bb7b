#include "orchestrator/quality_report/distribution.h"

#include <algorithm>
#include <cmath>

namespace fanfold::quality {
namespace {

constexpr double k_drawn_share = 0.995;
constexpr std::size_t k_centered_bars = 61;  // odd: one is around 0

std::vector<double> finite_only(std::span<const double> values) {
  std::vector<double> finite;
  finite.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(finite), [](double v) { return std::isfinite(v); });
  return finite;
}

// Reorders `values`.
double select_quantile(std::vector<double>& values, double p) {
  if (values.empty()) return 0;
  const double position = static_cast<double>(values.size() - 1) * p;
  const auto below = static_cast<std::ptrdiff_t>(std::floor(position));
  const auto middle = values.begin() + below;
  std::nth_element(values.begin(), middle, values.end());
  const double fraction = position - std::floor(position);
  if (fraction == 0) return *middle;
  const double next = *std::min_element(middle + 1, values.end());
  return (1 - fraction) * *middle + fraction * next;
}

Summary summarize_finite(std::vector<double>& values) {
  Summary summary;
  summary.count = values.size();
  if (values.empty()) return summary;
  // A running mean: the sum of huge values would overflow.
  double seen = 0;
  for (const double value : values) summary.mean += (value - summary.mean) / ++seen;
  const auto [least, most] = std::ranges::minmax_element(values);
  summary.minimum = *least;
  summary.maximum = *most;
  summary.lower_quartile = select_quantile(values, 0.25);
  summary.median = select_quantile(values, 0.5);
  summary.upper_quartile = select_quantile(values, 0.75);
  return summary;
}

}  // namespace

double quantile(std::vector<double> values, double p) {
  return select_quantile(values, p);
}

Summary summarize(std::span<const double> values) {
  std::vector<double> finite = finite_only(values);
  return summarize_finite(finite);
}

Histogram histogram(std::span<const double> values, double low, double high, std::size_t bars) {
  Histogram result{low, high, std::vector<std::uint64_t>(bars), 0, 0};
  if (!(low < high) || bars == 0 || !std::isfinite(high - low)) return result;
  const double bars_per_unit = static_cast<double>(bars) / (high - low);
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    if (value < low) {
      ++result.below;
    } else if (value > high) {
      ++result.above;
    } else {
      const auto bar = static_cast<std::size_t>((value - low) * bars_per_unit);
      ++result.counts[std::min(bar, bars - 1)];
    }
  }
  return result;
}

Distribution distribution(std::span<const double> values, std::size_t bars) {
  std::vector<double> finite = finite_only(values);
  Distribution result;
  result.summary = summarize_finite(finite);
  const double low = result.summary.minimum;
  double high = select_quantile(finite, k_drawn_share);
  if (!(high > low)) high = result.summary.maximum;
  // All values alike: one bar around them.
  if (!(high > low)) high = low + std::max(std::fabs(low), 1.0) * 1e-3;
  result.histogram = histogram(values, low, high, bars);
  return result;
}

Distribution count_distribution(std::span<const double> values, std::size_t bars) {
  Distribution result;
  result.summary = summarize(values);
  const double range = result.summary.maximum - result.summary.minimum + 1;
  const double width = std::max(std::ceil(range / static_cast<double>(bars)), 1.0);
  const double used = std::max(std::ceil(range / width), 1.0);
  const double low = result.summary.minimum - 0.5;
  result.histogram = histogram(values, low, low + used * width, static_cast<std::size_t>(used));
  return result;
}

Distribution centered_distribution(std::span<const double> values, double extent, double step) {
  Distribution result;
  result.summary = summarize(values);
  if (!(extent > 0)) extent = 1;
  double width = 2 * extent / static_cast<double>(k_centered_bars);
  if (step > 0) width = std::max(std::ceil(width / step), 1.0) * step;
  const double each_side = std::min(std::ceil(extent / width), static_cast<double>(k_centered_bars));
  const double half = (each_side + 0.5) * width;
  result.histogram = histogram(values, -half, half, 2 * static_cast<std::size_t>(each_side) + 1);
  return result;
}

}  // namespace fanfold::quality
