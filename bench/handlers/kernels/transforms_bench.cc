// Transforms and what rests on them: noise estimate, alignment.
#include <algorithm>
#include <array>
#include <complex>
#include <numbers>

#include "bench/handlers/kernels/naive.h"
#include "bench/handlers/kernels/spectra.h"
#include "handlers/kernels/alignment.h"
#include "handlers/kernels/fft.h"
#include "handlers/kernels/noise.h"

namespace fanfold::kernels::bench {
namespace {

using Series = std::vector<std::complex<double>>;

void transform(Series& x, std::size_t first, std::size_t stride, Series& out, std::size_t place,
               std::size_t n) {
  if (n == 1) {
    out[place] = x[first];
    return;
  }
  transform(x, first, 2 * stride, out, place, n / 2);
  transform(x, first + stride, 2 * stride, out, place + n / 2, n / 2);
  const auto step = std::polar(1.0, -2.0 * std::numbers::pi / static_cast<double>(n));
  std::complex<double> turn = 1.0;
  for (std::size_t k = 0; k < n / 2; ++k, turn *= step) {
    const auto odd = turn * out[place + n / 2 + k];
    out[place + n / 2 + k] = out[place + k] - odd;
    out[place + k] += odd;
  }
}

void fft_naive(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  Series x(n), out(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<double>(i % 17);
  for (auto _ : state) {
    transform(x, 0, 1, out, 0, n);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(fft_naive)->Arg(16384)->Arg(32768)->Unit(benchmark::kMicrosecond);

// Four spectra each time; an item is one of them.
void fft_kernel(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const RealFft fft(n);
  std::vector<LaneComplex> data(n / 2, LaneComplex{});
  for (auto _ : state) {
    data[5].re[0] = 1.0;
    fft.forward(data);
    fft.inverse(data);
    for (LaneComplex& value : data) value = {};
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 2 * static_cast<std::int64_t>(k_batch_lanes));
}
BENCHMARK(fft_kernel)->Arg(1024)->Arg(16384)->Arg(32768)->Unit(benchmark::kMicrosecond);

void noise_naive(benchmark::State& state) {
  const auto row = spectrum(0);
  const naive::Fft forward(k_fft_length, -1), inverse(k_fft_length, 1);
  naive::Series work(k_fft_length);
  std::vector<double> out(k_channels);
  for (auto _ : state) {
    naive::noise(row, 64.0, forward, inverse, work, out);
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(noise_naive)->Unit(benchmark::kMicrosecond);

void noise_kernel(benchmark::State& state) {
  const auto lanes = static_cast<std::size_t>(state.range(0));
  NoiseEstimator estimator(k_channels, k_fft_length, 64.0);
  std::vector<std::vector<double>> rows, out;
  for (std::uint32_t i = 0; i < lanes; ++i) {
    rows.push_back(spectrum(i));
    out.emplace_back(k_channels);
  }
  const std::vector<std::span<const double>> in_spans(rows.begin(), rows.end());
  const std::vector<std::span<double>> out_spans(out.begin(), out.end());
  for (auto _ : state) {
    estimator.estimate(in_spans, out_spans);
    benchmark::ClobberMemory();
  }
  count_pixels(state, lanes);
}
BENCHMARK(noise_kernel)->Arg(1)->Arg(k_batch_lanes)->Unit(benchmark::kMicrosecond);

// The lags of two parts; the warp, which is an interpolation, comes on top in the kernel.
void lags_naive(benchmark::State& state) {
  constexpr std::size_t k_window = 12000, k_length = 16384;
  const auto row = spectrum(1, 2.0);
  const naive::Fft forward(k_length, -1), inverse(2 * k_length, 1);
  naive::Series work(k_length), fine(2 * k_length), reference(k_length);
  const auto pattern = spectrum(99);
  std::copy(pattern.begin(), pattern.begin() + k_window, reference.begin());
  forward(reference);
  for (auto _ : state) {
    benchmark::DoNotOptimize(naive::lag(row, 2000, k_window, reference, forward, inverse, work, fine));
    benchmark::DoNotOptimize(naive::lag(row, 6000, k_window, reference, forward, inverse, work, fine));
  }
  count_pixels(state, 1);
}
BENCHMARK(lags_naive)->Unit(benchmark::kMicrosecond);

// Windows of 12,000 channels: transforms of 16,384, correlations of 32,768.
void align_kernel(benchmark::State& state) {
  const auto masses = axis();
  AlignmentOptions options;
  options.bilinear = state.range(0) != 0;
  options.max_shift_ppm = 1000.0;
  Aligner aligner(options, masses, spectrum(99));
  std::array<std::vector<double>, k_batch_lanes> originals, rows;
  for (std::uint32_t i = 0; i < k_batch_lanes; ++i) originals[i] = spectrum(i, 1.0 + i);
  std::array<AlignRow, k_batch_lanes> batch;
  for (auto _ : state) {
    for (std::size_t i = 0; i < k_batch_lanes; ++i) {
      rows[i].assign(originals[i].begin(), originals[i].end());
      batch[i] = {rows[i], {}, {}, {}};
    }
    aligner.align(batch);
    benchmark::ClobberMemory();
  }
  count_pixels(state, k_batch_lanes);
}
BENCHMARK(align_kernel)->ArgName("bilinear")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fanfold::kernels::bench
