// Spectra for the page: points along the mass axis, few enough to travel in a file, no peak lost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fanfold::quality {

// Channels are taken together in runs of equal length (the last may be shorter); a run is one point. At
// least 1.
std::uint32_t channels_per_point(std::size_t channels, std::size_t max_points);

// m/z of the points: of the middle channel of each run. Point i of the k-th run of 256 points lies at
// knots[k] + (knots[k + 1] - knots[k]) * offsets[i] / 65535.
struct AxisFigure {
  std::uint64_t channels = 0;
  std::uint32_t channels_per_point = 1;
  double first_mz = 0;
  double last_mz = 0;
  std::vector<double> knots;
  std::vector<std::uint16_t> offsets;  // one per point
};
inline constexpr std::size_t k_points_per_knot = 256;

// REQUIRES: axis ascending, not empty; per_point > 0.
AxisFigure axis_figure(std::span<const double> axis, std::uint32_t per_point);

// A value is high * (level / 65535)^2, each point the highest of its channels; what is below 0 is drawn as 0.
// Squares, for small values keep their digits beside large ones.
struct Trace {
  double high = 0;
  std::vector<std::uint16_t> levels;  // none: there is no such spectrum
};

Trace trace(std::span<const double> spectrum, std::uint32_t per_point);

}  // namespace fanfold::quality
