// Peak picking, binning and the rows of the peak matrix.
#include <algorithm>

#include "bench/handlers/kernels/naive.h"
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

// A transform forward and one back for the centroid of every peak, and the same again for its area.
void pick_naive(benchmark::State& state) {
  const auto masses = axis();
  const auto row = spectrum(0);
  const auto noise = noise_of(row, 64.0);
  const naive::Fft forward(32, -1), inverse(512, 1);
  naive::Series coarse(32), fine(512);
  std::size_t peaks = 0;
  for (auto _ : state) {
    peaks = 0;
    for (std::size_t i = 1; i + 1 < row.size(); ++i) {
      if (!(row[i] > row[i - 1] && row[i] > row[i + 1] && row[i] >= 3.0 * noise[i])) continue;
      ++peaks;
      benchmark::DoNotOptimize(naive::interpolated_maximum(row, i, forward, inverse, coarse, fine));
      benchmark::DoNotOptimize(naive::interpolated_maximum(row, i, forward, inverse, coarse, fine));
    }
  }
  count_pixels(state, 1);
  state.counters["peaks"] = static_cast<double>(peaks);
}
BENCHMARK(pick_naive)->Unit(benchmark::kMicrosecond);

void area_naive(benchmark::State& state) {
  const auto row = spectrum(0);
  const naive::Fft forward(32, -1), inverse(512, 1);
  naive::Series coarse(32), fine(512);
  std::size_t channel = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(naive::interpolated_maximum(row, channel, forward, inverse, coarse, fine));
    channel = (channel + 7919) % k_channels;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(area_naive)->Unit(benchmark::kNanosecond);

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

// Every bin against every peak.
void fill_naive(benchmark::State& state) {
  const auto masses = axis();
  const auto peaks = peaks_of(0, masses);
  BinList list({6.0, false});
  for (std::uint32_t pixel = 1; pixel < 4; ++pixel) {
    for (const Peak& peak : peaks_of(pixel, masses)) list.append(peak.mass, peak.bin_size, 1, true);
  }
  std::vector<double> intensity(list.bins().size());
  for (auto _ : state) {
    for (std::size_t b = 0; b < list.bins().size(); ++b) {
      const Bin& bin = list.bins()[b];
      double least = 1e300;
      double found = 0.0;
      for (const Peak& peak : peaks) {
        const double distance = std::fabs(peak.mass - bin.mass);
        if (distance >= least) continue;
        least = distance;
        found = peak.intensity;
      }
      intensity[b] = least <= 6.0 * bin.bin_size ? found : 0.0;
    }
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(fill_naive)->Unit(benchmark::kMicrosecond);

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
