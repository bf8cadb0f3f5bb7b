// Slow transforms in long double and random spectra, for the tests of the kernels.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <vector>

namespace fanfold::kernels::reference {

using Spectrum = std::vector<std::complex<long double>>;

// The transform of x[0], x[stride], x[2 * stride], ...
inline Spectrum transform_strided(const Spectrum& x, std::size_t first, std::size_t stride,
                                  const Spectrum& roots) {
  const std::size_t n = x.size() / stride;
  if (n == 1) return {x[first]};
  const Spectrum even = transform_strided(x, first, 2 * stride, roots);
  const Spectrum odd = transform_strided(x, first + stride, 2 * stride, roots);
  Spectrum out(n);
  for (std::size_t k = 0; k < n / 2; ++k) {
    const auto turned = roots[k * stride] * odd[k];
    out[k] = even[k] + turned;
    out[k + n / 2] = even[k] - turned;
  }
  return out;
}

// Unscaled, sign -1 forward, +1 inverse; the length is a power of two.
inline Spectrum transform(const Spectrum& x, int sign) {
  Spectrum roots(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    const long double angle = sign * 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(k) /
                              static_cast<long double>(x.size());
    roots[k] = {std::cos(angle), std::sin(angle)};
  }
  return transform_strided(x, 0, 1, roots);
}

inline Spectrum padded(std::span<const double> x, std::size_t length) {
  Spectrum out(length);
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = x[i];
  return out;
}

// Bins 0 .. n/2 copied, the bin n/2 not halved; mirrored for a real series of `length`.
inline Spectrum zero_extended(const Spectrum& x, std::size_t length) {
  const std::size_t n = x.size();
  if (length == n) return x;
  Spectrum out(length);
  out[0] = x[0];
  for (std::size_t k = 1; k <= n / 2; ++k) {
    out[k] = x[k];
    out[length - k] = std::conj(x[k]);
  }
  return out;
}

inline std::size_t power_of_two(double n) {
  std::size_t power = 1;
  while (static_cast<double>(power) < n) power *= 2;
  return power;
}

inline std::vector<double> random_values(std::size_t n, std::uint32_t seed, double low = 0.0,
                                         double high = 1.0) {
  std::mt19937 generator(seed);
  std::vector<double> values(n);
  for (double& value : values) value = low + (high - low) * (static_cast<double>(generator()) / 4294967296.0);
  return values;
}

// Ascending, with gaps that vary by a factor of three.
inline std::vector<double> random_axis(std::size_t n, std::uint32_t seed, double first = 300.0) {
  std::vector<double> axis = random_values(n, seed, 0.005, 0.015);
  double mass = first;
  for (double& value : axis) mass = value += mass;
  return axis;
}

// Gaussian peaks, `shift` channels upward, over a noisy ground.
inline std::vector<double> random_spectrum(std::size_t n, std::uint32_t seed, double shift = 0.0,
                                           std::uint32_t noise_seed = 77) {
  std::vector<double> row = random_values(n, noise_seed, 0.0, 1.0);
  const std::size_t peaks = std::max<std::size_t>(n / 40, 3);
  const std::vector<double> places = random_values(peaks, seed, 0.0, static_cast<double>(n));
  const std::vector<double> heights = random_values(peaks, seed + 1, 5.0, 100.0);
  for (std::size_t p = 0; p < peaks; ++p) {
    for (std::size_t i = 0; i < n; ++i) {
      const double distance = (static_cast<double>(i) - places[p] - shift) / 2.0;
      row[i] += heights[p] * std::exp(-0.5 * distance * distance);
    }
  }
  return row;
}

}  // namespace fanfold::kernels::reference
