// Peak picking, binning and the rows of the peak matrix.
#include <algorithm>

#include "bench/handlers/kernels/spectra.h"
#include "handlers/kernels/noise.h"
#include "handlers/kernels/peak_binning.h"
#include "handlers/kernels/peak_matrix.h"
#include "handlers/kernels/peak_picking.h"

namespace fanfold::kernels::bench {
namespace {

std::vector<double> noise_of(const std::vector<double>& row, double window) {
  NoiseEstimator estimator(k_channels, k_fft_length, window);
  std::vector<double> noise(k_channels);
  const std::span<const double> in = row;
  const std::span<double> out = noise;
  estimator.estimate({&in, 1}, {&out, 1});
  return noise;
}

std::vector<Peak> peaks_of(std::uint32_t pixel, const std::vector<double>& masses) {
  PeakPicker picker({3.0, 20, 10}, masses);
  const auto row = spectrum(pixel);
  std::vector<Peak> peaks;
  picker.pick(row, noise_of(row, picker.noise_window()), peaks);
  return peaks;
}

void pick_kernel(benchmark::State& state) {
  const auto masses = axis();
  PeakPicker picker({3.0, static_cast<int>(state.range(0)), 10}, masses);
  const auto row = spectrum(0);
  const auto noise = noise_of(row, picker.noise_window());
  std::vector<Peak> peaks;
  for (auto _ : state) {
    picker.pick(row, noise, peaks);
    benchmark::DoNotOptimize(peaks.data());
  }
  count_pixels(state, 1);
  state.counters["peaks"] = static_cast<double>(peaks.size());
}
BENCHMARK(pick_kernel)->ArgName("window")->Arg(20)->Arg(200)->Unit(benchmark::kMicrosecond);

void area_kernel(benchmark::State& state) {
  const auto masses = axis();
  PeakPicker picker({3.0, 20, 10}, masses);
  const auto row = spectrum(0);
  std::size_t channel = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(picker.area_at(row, channel));
    channel = (channel + 7919) % k_channels;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(area_kernel)->Unit(benchmark::kNanosecond);

// What the scan over all bins costs for each peak, as the definition reads.
void bin_naive(benchmark::State& state) {
  const auto masses = axis();
  const auto peaks = peaks_of(0, masses);
  BinList list({6.0, false});
  for (const Peak& peak : peaks) list.append(peak.mass, peak.bin_size, 1, true);
  for (auto _ : state) {
    for (const Peak& peak : peaks) {
      std::size_t nearest = 0;
      double least = 1e300;
      for (std::size_t i = 0; i < list.bins().size(); ++i) {
        const double distance = std::fabs(list.bins()[i].mass - peak.mass);
        if (distance < least) {
          least = distance;
          nearest = i;
        }
        if (list.bins()[i].mass > peak.mass) break;
      }
      benchmark::DoNotOptimize(nearest);
    }
  }
  count_pixels(state, 1);
}
BENCHMARK(bin_naive)->Unit(benchmark::kMicrosecond);

void bin_kernel(benchmark::State& state) {
  const auto masses = axis();
  const auto peaks = peaks_of(0, masses);
  BinList list({6.0, false});
  for (auto _ : state) {
    for (const Peak& peak : peaks) list.append(peak.mass, peak.bin_size, 1, true);
    benchmark::DoNotOptimize(list.bins().data());
  }
  count_pixels(state, 1);
}
BENCHMARK(bin_kernel)->Unit(benchmark::kMicrosecond);

void fill_kernel(benchmark::State& state) {
  const auto masses = axis();
  const auto peaks = peaks_of(0, masses);
  BinList list({6.0, false});
  for (std::uint32_t pixel = 1; pixel < 4; ++pixel) {
    for (const Peak& peak : peaks_of(pixel, masses)) list.append(peak.mass, peak.bin_size, 1, true);
  }
  std::vector<double> intensity(list.bins().size()), snr(intensity), area(intensity);
  std::vector<std::uint32_t> gaps;
  for (auto _ : state) {
    fill_row(peaks, list.bins(), {6.0, false}, {intensity, snr, area}, gaps);
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(fill_kernel)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fanfold::kernels::bench
