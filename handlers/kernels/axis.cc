#include "handlers/kernels/axis.h"

#include <algorithm>
#include <limits>

namespace fanfold::kernels {
namespace {

// The literal is part of the definition of the interpolation: it is not DBL_EPSILON.
constexpr double k_negligible_factor = 2.2204e-16;

bool is_ascending(std::span<const double> values) {
  bool ascending = true;
  for (std::size_t i = 1; i < values.size(); ++i) ascending &= values[i - 1] <= values[i];
  return ascending;
}

double blend(double low_weight, double low, double high) {
  const double high_weight = 1.0 - low_weight;
  double value = 0.0;
  if (high_weight > k_negligible_factor) value += high_weight * high;
  if (low_weight > k_negligible_factor) value += low_weight * low;
  return value;
}

double weight_of_low(std::span<const double> xd, std::size_t i, double x) {
  return (xd[i + 1] - x) / (xd[i + 1] - xd[i]);
}

// REQUIRES: xd.size() >= 2. Any xd and x, NaN included.
double interpolate_by_bisection(std::span<const double> xd, std::span<const double> yd, double x) {
  std::size_t begin = 0;
  std::size_t end = xd.size() - 1;  // intervals [begin, end)
  std::size_t middle = 0;
  while (begin < end) {
    middle = begin + (end - begin - 1) / 2;
    if (xd[middle] <= x && x < xd[middle + 1])
      return blend(weight_of_low(xd, middle, x), yd[middle], yd[middle + 1]);
    if (xd[middle] > x) {
      end = middle;
    } else {
      begin = middle + 1;
    }
  }
  return blend(0.0, yd[middle], yd[middle + 1]);
}

void interpolate_one_by_one(std::span<const double> xd, std::span<const double> yd, std::span<const double> x,
                            std::span<double> out) {
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (x[k] <= xd.front()) {
      out[k] = yd.front();
    } else if (x[k] >= xd.back()) {
      out[k] = yd.back();
    } else {
      out[k] = interpolate_by_bisection(xd, yd, x[k]);
    }
  }
}

// REQUIRES: xd and x ascending, xd.size() >= 2.
void interpolate_by_walking(std::span<const double> xd, std::span<const double> yd, std::span<const double> x,
                            std::span<double> out) {
  std::size_t k = 0;
  for (; k < x.size() && x[k] <= xd.front(); ++k) out[k] = yd.front();
  std::size_t i = 0;
  for (; k < x.size() && x[k] < xd.back(); ++k) {
    while (xd[i + 1] <= x[k]) ++i;
    out[k] = blend(weight_of_low(xd, i, x[k]), yd[i], yd[i + 1]);
  }
  for (; k < x.size(); ++k) out[k] = yd.back();
}

double gap_around(std::span<const double> axis, std::size_t i) {
  double gap = std::numeric_limits<double>::infinity();
  if (i > 0) gap = std::min(gap, axis[i] - axis[i - 1]);
  if (i + 1 < axis.size()) gap = std::min(gap, axis[i + 1] - axis[i]);
  return gap;
}

}  // namespace

Trim trim_to_axis(std::span<const double> mz, std::span<const double> axis) {
  if (mz.empty() || axis.empty()) return {0, 0};
  const double low = axis.front();
  const double high = axis.back();
  std::size_t at_or_above = 0;
  while (at_or_above < mz.size() && !(mz[at_or_above] >= low)) ++at_or_above;
  const std::size_t first = at_or_above == 0 ? 0 : at_or_above - 1;
  std::size_t last = first;
  while (last + 1 < mz.size() && !(mz[last] > high)) ++last;
  return {first, last - first + 1};
}

void interpolate(std::span<const double> xd, std::span<const double> yd, std::span<const double> x,
                 std::span<double> out) {
  if (xd.empty()) {
    std::fill(out.begin(), out.end(), 0.0);
  } else if (xd.size() == 1) {
    std::fill(out.begin(), out.end(), yd.front());
  } else if (is_ascending(xd) && is_ascending(x)) {
    interpolate_by_walking(xd, yd, x, out);
  } else {
    interpolate_one_by_one(xd, yd, x, out);
  }
}

std::vector<double> merge_axes(std::span<const double> axis, std::span<const double> next) {
  std::vector<double> merged(axis.size() + next.size());
  std::size_t i = 0;
  std::size_t j = 0;
  std::size_t count = 0;
  while (i < axis.size() && j < next.size()) {
    const double nearest_gap = std::min(gap_around(axis, i), gap_around(next, j));
    const double distance = axis[i] < next[j] ? next[j] - axis[i] : axis[i] - next[j];
    if (distance < nearest_gap) {
      merged[count] = 0.5 * (axis[i++] + next[j++]);
    } else if (axis[i] < next[j]) {
      merged[count] = axis[i++];
    } else {
      merged[count] = next[j++];
    }
    // Until both axes have begun, masses lie below the common range: the slot is written again.
    if (i > 0 && j > 0) ++count;
  }
  merged.resize(count);
  return merged;
}

bool same_axis(std::span<const double> a, std::span<const double> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace fanfold::kernels
