#include "handlers/kernels/quartiles.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fanfold::kernels {
namespace {

// REQUIRES: sorted is not empty.
double quantile(const std::vector<double>& sorted, double p) {
  const double position = static_cast<double>(sorted.size() - 1) * p;
  const double below = std::floor(position);
  const double g = position - below;
  const auto index = static_cast<std::size_t>(below);
  if (g == 0.0 || sorted[index] == sorted[index + 1]) return sorted[index];
  return (1.0 - g) * sorted[index] + g * sorted[index + 1];
}

}  // namespace

Quartiles quartiles(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return {0.0, 0.0};
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.25), quantile(values, 0.75)};
}

}  // namespace fanfold::kernels
