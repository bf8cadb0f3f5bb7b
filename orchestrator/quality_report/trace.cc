#include "orchestrator/quality_report/trace.h"

#include <algorithm>
#include <cmath>

namespace fanfold::quality {
namespace {

constexpr double k_top = 65535.0;

std::size_t point_count(std::size_t channels, std::uint32_t per_point) {
  return (channels + per_point - 1) / per_point;
}

std::vector<double> point_masses(std::span<const double> axis, std::uint32_t per_point) {
  std::vector<double> masses(point_count(axis.size(), per_point));
  for (std::size_t i = 0; i < masses.size(); ++i) {
    const std::size_t first = i * per_point;
    const std::size_t last = std::min<std::size_t>(first + per_point, axis.size()) - 1;
    masses[i] = axis[first + (last - first) / 2];
  }
  return masses;
}

}  // namespace

std::uint32_t channels_per_point(std::size_t channels, std::size_t max_points) {
  const std::size_t points = std::max<std::size_t>(max_points, 1);
  return static_cast<std::uint32_t>(std::max<std::size_t>((channels + points - 1) / points, 1));
}

AxisFigure axis_figure(std::span<const double> axis, std::uint32_t per_point) {
  const std::vector<double> masses = point_masses(axis, per_point);
  AxisFigure figure{axis.size(), per_point, axis.front(), axis.back(), {}, {}};
  for (std::size_t i = 0; i < masses.size(); i += k_points_per_knot) figure.knots.push_back(masses[i]);
  figure.knots.push_back(masses.back());
  figure.offsets.reserve(masses.size());
  for (std::size_t i = 0; i < masses.size(); ++i) {
    const double from = figure.knots[i / k_points_per_knot];
    const double span = figure.knots[i / k_points_per_knot + 1] - from;
    const double share = span > 0 ? std::clamp((masses[i] - from) / span, 0.0, 1.0) : 0;
    figure.offsets.push_back(static_cast<std::uint16_t>(std::lround(share * k_top)));
  }
  return figure;
}

Trace trace(std::span<const double> spectrum, std::uint32_t per_point) {
  std::vector<double> points(point_count(spectrum.size(), per_point));
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    if (std::isfinite(spectrum[k])) points[k / per_point] = std::max(points[k / per_point], spectrum[k]);
  }
  Trace result;
  if (points.empty()) return result;
  result.high = std::ranges::max(points);
  result.levels.reserve(points.size());
  for (const double value : points) {
    const double share = result.high > 0 ? std::sqrt(value / result.high) : 0;
    result.levels.push_back(static_cast<std::uint16_t>(std::lround(share * k_top)));
  }
  return result;
}

}  // namespace fanfold::quality
