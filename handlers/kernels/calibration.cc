#include "handlers/kernels/calibration.h"

#include <algorithm>
#include <cmath>

namespace fanfold::kernels {
namespace {

constexpr std::size_t k_smallest_window = 5;

std::size_t window_of(std::size_t pairs) {
  return std::min(pairs, std::max(pairs * 3 / 4, k_smallest_window));
}

double shift_of(const MassPair& pair) {
  return pair.reference - pair.measured;
}

double cube(double value) {
  return value * value * value;
}

// The `count` pairs nearest to `mass`; the lower ones where two are equally far.
std::span<const MassPair> nearest_pairs(std::span<const MassPair> pairs, double mass, std::size_t count) {
  std::size_t first = 0;
  for (std::size_t beyond = pairs.size() - count; first < beyond;) {
    const std::size_t middle = first + (beyond - first) / 2;
    if (mass - pairs[middle].measured > pairs[middle + count].measured - mass) {
      first = middle + 1;
    } else {
      beyond = middle;
    }
  }
  return pairs.subspan(first, count);
}

struct WeightedShift {
  double place;  // distance from the mass in units of the farthest pair's
  double weight;
  double shift;
};

// Weighted least squares with polynomials that are orthogonal on the places: p0 = 1, p1 = place - mean,
// p2 = p1^2 - slope * p1 - level. The value at place 0.
double parabola_at_zero(std::span<const WeightedShift> points) {
  double weights = 0, places = 0, shifts = 0;
  for (const WeightedShift& point : points) {
    weights += point.weight;
    places += point.weight * point.place;
    shifts += point.weight * point.shift;
  }
  const double mean = places / weights;
  const double level0 = shifts / weights;

  double square1 = 0, cube1 = 0, product1 = 0;
  for (const WeightedShift& point : points) {
    const double p1 = point.place - mean;
    square1 += point.weight * p1 * p1;
    cube1 += point.weight * p1 * p1 * p1;
    product1 += point.weight * p1 * (point.shift - level0);
  }
  if (!(square1 > 0)) return level0;
  const double level1 = product1 / square1;
  const double slope = cube1 / square1;
  const double level = square1 / weights;

  double square2 = 0, product2 = 0;
  for (const WeightedShift& point : points) {
    const double p1 = point.place - mean;
    const double p2 = p1 * p1 - slope * p1 - level;
    square2 += point.weight * p2 * p2;
    product2 += point.weight * p2 * (point.shift - level0 - level1 * p1);
  }
  const double line = level0 - level1 * mean;
  if (!(square2 > 0)) return line;
  return line + product2 / square2 * (mean * mean + slope * mean - level);
}

}  // namespace

MassCalibration::MassCalibration(CalibrationCurve curve, std::vector<MassPair> pairs)
    : m_curve(curve), m_pairs(std::move(pairs)) {
  std::ranges::sort(m_pairs, {}, &MassPair::measured);
  if (curve == CalibrationCurve::local) return;
  const auto count = static_cast<double>(m_pairs.size());
  for (const MassPair& pair : m_pairs) {
    m_centre += pair.measured / count;
    m_offset += shift_of(pair) / count;
  }
  double square = 0, product = 0;
  for (const MassPair& pair : m_pairs) {
    const double distance = pair.measured - m_centre;
    square += distance * distance;
    product += distance * (shift_of(pair) - m_offset);
  }
  m_slope = product / square;
  // The mean above carries a rounding error that the slope would multiply.
  double rest = 0;
  for (const MassPair& pair : m_pairs) {
    rest += (shift_of(pair) - m_offset - m_slope * (pair.measured - m_centre)) / count;
  }
  m_offset += rest;
}

double MassCalibration::shift_at(double mass) const {
  if (m_curve == CalibrationCurve::local) return local_shift_at(mass);
  return m_offset + m_slope * (mass - m_centre);
}

double MassCalibration::local_shift_at(double mass) const {
  const auto pairs = nearest_pairs(m_pairs, mass, window_of(m_pairs.size()));
  const double farthest =
      std::max(std::fabs(mass - pairs.front().measured), std::fabs(pairs.back().measured - mass));
  std::vector<WeightedShift> points;
  points.reserve(pairs.size());
  for (const MassPair& pair : pairs) {
    const double place = (pair.measured - mass) / farthest;
    points.push_back({place, cube(1 - cube(std::fabs(place))), shift_of(pair)});
  }
  return parabola_at_zero(points);
}

std::optional<std::size_t> first_disorder(std::span<const double> axis, std::span<const double> calibrated) {
  for (std::size_t i = 0; i < axis.size(); ++i) {
    if (!std::isfinite(calibrated[i]) || !(calibrated[i] > 0)) return i;
    if (i == 0 || axis[i] == axis[i - 1] || calibrated[i] > calibrated[i - 1]) continue;
    return i;
  }
  return std::nullopt;
}

void calibrate_masses(std::span<const double> axis, std::span<const double> calibrated,
                      std::span<double> masses) {
  constexpr std::size_t k_steps = 8;  // masses mostly ascend: the next channel is near
  std::size_t above = 0;              // the first channel above the mass
  for (double& mass : masses) {
    std::size_t steps = 0;
    while (steps < k_steps && above < axis.size() && axis[above] <= mass) {
      ++above;
      ++steps;
    }
    const bool found =
        (above == axis.size() || axis[above] > mass) && (above == 0 || axis[above - 1] <= mass);
    if (!found) {
      above = static_cast<std::size_t>(std::upper_bound(axis.begin(), axis.end(), mass) - axis.begin());
    }
    const std::size_t below = above == 0 ? 0 : above - 1;
    double shift = calibrated[below] - axis[below];
    if (above > 0 && above < axis.size()) {
      const double part = (mass - axis[below]) / (axis[above] - axis[below]);
      shift += part * ((calibrated[above] - axis[above]) - shift);
    }
    mass += shift;
  }
}

}  // namespace fanfold::kernels
