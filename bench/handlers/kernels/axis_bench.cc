// Trimming and resampling; merging of axes.
#include "handlers/kernels/axis.h"
#include "handlers/kernels/common_axis.h"

#include <algorithm>

#include "bench/handlers/kernels/spectra.h"

namespace fanfold::kernels::bench {
namespace {

void interpolate_naive(benchmark::State& state) {
  const auto xd = axis(99.99);
  const auto x = axis();
  const auto yd = spectrum(0);
  std::vector<double> out(x.size());
  for (auto _ : state) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (x[k] <= xd.front() || x[k] >= xd.back()) {
        out[k] = x[k] <= xd.front() ? yd.front() : yd.back();
        continue;
      }
      const auto i = static_cast<std::size_t>(std::upper_bound(xd.begin(), xd.end(), x[k]) - xd.begin()) - 1;
      const double w = (xd[i + 1] - x[k]) / (xd[i + 1] - xd[i]);
      out[k] = (1.0 - w) * yd[i + 1] + w * yd[i];
    }
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(interpolate_naive)->Unit(benchmark::kMicrosecond);

void interpolate_kernel(benchmark::State& state) {
  const auto xd = axis(99.99);
  const auto x = axis();
  const auto yd = spectrum(0);
  std::vector<double> out(x.size());
  for (auto _ : state) {
    interpolate(xd, yd, x, out);
    benchmark::ClobberMemory();
  }
  count_pixels(state, 1);
}
BENCHMARK(interpolate_kernel)->Unit(benchmark::kMicrosecond);

void trim_to_axis_kernel(benchmark::State& state) {
  const auto xd = axis(99.99);
  const auto x = axis();
  for (auto _ : state) benchmark::DoNotOptimize(trim_to_axis(xd, x));
  count_pixels(state, 1);
}
BENCHMARK(trim_to_axis_kernel)->Unit(benchmark::kMicrosecond);

void bin_sizes_kernel(benchmark::State& state) {
  const auto x = axis();
  const auto row = spectrum(0);
  for (auto _ : state) benchmark::DoNotOptimize(bin_sizes(x, row));
  count_pixels(state, 1);
}
BENCHMARK(bin_sizes_kernel)->Unit(benchmark::kMicrosecond);

void merge_nodes_kernel(benchmark::State& state) {
  const auto a = axis();
  const auto b = axis(100.003);
  const AxisNode newer{a, bin_sizes(a, spectrum(0))};
  const AxisNode older{b, bin_sizes(b, spectrum(1))};
  for (auto _ : state) benchmark::DoNotOptimize(merge_nodes(newer, older, FirstBin::own));
  count_pixels(state, 2);
}
BENCHMARK(merge_nodes_kernel)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fanfold::kernels::bench
