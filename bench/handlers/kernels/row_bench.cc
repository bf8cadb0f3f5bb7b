// Kernels that pass once over a row: norms, sums, scores, smoothing, bit reduction.
#include <array>
#include <cmath>
#include <cstring>

#include "bench/handlers/kernels/spectra.h"
#include "handlers/kernels/batch.h"
#include "handlers/kernels/bit_depth.h"
#include "handlers/kernels/correlation.h"
#include "handlers/kernels/norms.h"
#include "handlers/kernels/savitzky_golay.h"

namespace fanfold::kernels::bench {
namespace {

void norms_naive(benchmark::State& state) {
  const auto row = spectrum(0);
  for (auto _ : state) {
    double sum = 0.0, squares = 0.0, most = 0.0;
    for (const double value : row) sum += value;
    for (const double value : row) squares += value * value;
    for (const double value : row) most = value > most ? value : most;
    benchmark::DoNotOptimize(sum + std::sqrt(squares) + most);
  }
  count_pixels(state, 1);
}
BENCHMARK(norms_naive)->Unit(benchmark::kMicrosecond);

void norms_kernel(benchmark::State& state) {
  const auto row = spectrum(0);
  for (auto _ : state) benchmark::DoNotOptimize(norms(row));
  count_pixels(state, 1);
}
BENCHMARK(norms_kernel)->Unit(benchmark::kMicrosecond);

void accumulate_naive(benchmark::State& state) {
  const auto row = spectrum(0);
  std::vector<double> sum(row.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += row[i] / 3.0;
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(accumulate_naive)->Unit(benchmark::kMicrosecond);

void accumulate_kernel(benchmark::State& state) {
  const auto row = spectrum(0);
  std::vector<double> sum(row.size());
  for (auto _ : state) {
    accumulate_scaled_by(sum, row, 3.0);
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(accumulate_kernel)->Unit(benchmark::kMicrosecond);

void score_one_row(benchmark::State& state) {
  const auto row = spectrum(0);
  const ReferenceScorer scorer(spectrum(1));
  for (auto _ : state) benchmark::DoNotOptimize(scorer.score(row));
  count_pixels(state, 1);
}
BENCHMARK(score_one_row)->Unit(benchmark::kMicrosecond);

void score_batch(benchmark::State& state) {
  std::array<std::vector<double>, k_batch_lanes> rows;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = spectrum(static_cast<std::uint32_t>(i));
  const std::vector<std::span<const double>> spans(rows.begin(), rows.end());
  std::array<double, k_batch_lanes> scores{};
  const ReferenceScorer scorer(spectrum(9));
  for (auto _ : state) {
    scorer.score(spans, scores);
    benchmark::DoNotOptimize(scores.data());
  }
  count_pixels(state, k_batch_lanes);
}
BENCHMARK(score_batch)->Unit(benchmark::kMicrosecond);

void savitzky_golay_naive(benchmark::State& state) {
  const auto row = spectrum(0);
  const std::array<double, 7> kernel{-2 / 21., 3 / 21., 6 / 21., 7 / 21., 6 / 21., 3 / 21., -2 / 21.};
  std::vector<double> out(row.size());
  for (auto _ : state) {
    for (std::size_t i = 3; i + 3 < row.size(); ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < kernel.size(); ++j) sum += kernel[j] * row[i + j - 3];
      out[i] = sum;
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(savitzky_golay_naive)->Unit(benchmark::kMicrosecond);

void savitzky_golay_kernel(benchmark::State& state) {
  auto row = spectrum(0);
  std::vector<double> workspace;
  for (auto _ : state) {
    savitzky_golay(row, static_cast<int>(state.range(0)), workspace);
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(savitzky_golay_kernel)->Arg(7)->Arg(15)->Unit(benchmark::kMicrosecond);

void reduce_bit_depth_naive(benchmark::State& state) {
  const auto row = spectrum(0);
  const std::vector<double> floor(row.size(), 0.7);
  std::vector<double> out(row.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double slope = 48.0 / (floor[i] * 9.5);
      const double bits =
          std::fmin(std::fmax(std::round(slope * row[i] + (4.0 - slope * 0.5 * floor[i])), 1.0), 52.0);
      std::uint64_t pattern = 0;
      std::memcpy(&pattern, &row[i], sizeof(pattern));
      pattern &= ~std::uint64_t{0} << (52 - static_cast<int>(bits));
      std::memcpy(&out[i], &pattern, sizeof(pattern));
      if (out[i] < 0.0) out[i] = 0.0;
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(reduce_bit_depth_naive)->Unit(benchmark::kMicrosecond);

void reduce_bit_depth_kernel(benchmark::State& state) {
  auto row = spectrum(0);
  const std::vector<double> floor(row.size(), 0.7);
  for (auto _ : state) {
    reduce_bit_depth(row, floor, BitRule::fixed);
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(reduce_bit_depth_kernel)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fanfold::kernels::bench
