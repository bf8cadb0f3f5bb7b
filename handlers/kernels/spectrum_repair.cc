#include "handlers/kernels/spectrum_repair.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "handlers/kernels/simd.h"

namespace fanfold::kernels {
namespace {

// The exponent of a number that is none, or of infinity, has all bits set.
constexpr std::uint64_t k_exponent = 0x7ff0'0000'0000'0000;

FANFOLD_SIMD std::uint64_t count_not_finite(const double* values, std::size_t n) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    count += (std::bit_cast<std::uint64_t>(values[i]) & k_exponent) == k_exponent ? 1u : 0u;
  }
  return count;
}

FANFOLD_SIMD std::uint64_t count_descents(const double* values, std::size_t n) {
  std::uint64_t count = 0;
  for (std::size_t i = 1; i < n; ++i) count += values[i] < values[i - 1] ? 1u : 0u;
  return count;
}

}  // namespace

bool all_finite(std::span<const double> values) {
  return count_not_finite(values.data(), values.size()) == 0;
}

bool is_mass_axis(std::span<const double> masses) {
  return all_finite(masses) && count_descents(masses.data(), masses.size()) == 0;
}

std::size_t zero_not_finite(std::span<double> values) {
  const std::size_t count = count_not_finite(values.data(), values.size());
  if (count == 0) return 0;
  for (double& value : values) value = std::isfinite(value) ? value : 0.0;
  return count;
}

void sort_by_mass(std::vector<double>& masses, std::vector<double>& intensities) {
  if (is_mass_axis(masses)) return;
  std::vector<std::size_t> order(masses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return !std::isfinite(masses[i]); });
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return masses[i]; });
  std::vector<double> sorted_masses(order.size());
  std::vector<double> sorted_intensities(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    sorted_masses[k] = masses[order[k]];
    sorted_intensities[k] = intensities[order[k]];
  }
  masses = std::move(sorted_masses);
  intensities = std::move(sorted_intensities);
}

}  // namespace fanfold::kernels
