// Spectra for the benches: 20,000 channels, about what a profile of a time-of-flight instrument has over m/z
// 100 to 1,000 after its vendor's reduction; seed 42.
#pragma once

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace fanfold::kernels::bench {

inline constexpr std::size_t k_channels = 20000;
inline constexpr std::size_t k_fft_length = 32768;
inline constexpr std::uint32_t k_seed = 42;

inline std::vector<double> axis(double first = 100.0) {
  std::vector<double> masses(k_channels);
  for (std::size_t i = 0; i < k_channels; ++i)
    masses[i] = first * std::pow(10.0, static_cast<double>(i) / k_channels);
  return masses;
}

// 400 peaks over noise.
inline std::vector<double> spectrum(std::uint32_t pixel, double shift = 0.0) {
  std::mt19937 places(k_seed);
  std::mt19937 noise(k_seed + 1 + pixel);
  const auto unit = [](std::mt19937& generator) { return static_cast<double>(generator()) / 4294967296.0; };
  std::vector<double> row(k_channels);
  for (double& value : row) value = unit(noise);
  for (int peak = 0; peak < 400; ++peak) {
    const double place = unit(places) * (k_channels - 100.0) + 50.0 + shift;
    const double height = 5.0 + 100.0 * unit(places) * unit(noise);
    for (int d = -12; d <= 12; ++d) {
      const double at = std::floor(place) + d;
      row[static_cast<std::size_t>(at)] += height * std::exp(-0.5 * (at - place) * (at - place) / 6.0);
    }
  }
  return row;
}

// One pixel per item: items_per_second is pixels per second.
inline void count_pixels(benchmark::State& state, std::size_t pixels_per_iteration) {
  const auto pixels =
      static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(pixels_per_iteration);
  state.SetItemsProcessed(pixels);
  state.SetBytesProcessed(pixels * static_cast<std::int64_t>(k_channels * sizeof(double)));
}

}  // namespace fanfold::kernels::bench
