// Time and peak memory of ion images of a peak matrix of 100,000 pixels x 500 bins (400 MB of intensities, a
// tenth of them above zero). The reference is what decompressing the chunks alone costs.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <random>

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "orchestrator/anndata/zarr_store_writer.h"
#include "orchestrator/ion_image/ion_image.h"
#include "runtime/core/clock.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::ion_image {
namespace {

constexpr std::uint64_t k_side = 320;
constexpr std::uint64_t k_rows = 100'000;
constexpr std::uint64_t k_bins = 500;

void require(const Status& status) {
  if (status) return;
  std::fprintf(stderr, "%s\n", status.error().message().c_str());
  std::exit(1);
}

// A store below the folder for temporary files, made once and removed at the end.
class BenchStore {
 public:
  BenchStore() : m_store(make_local_store()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "fanfold-bench-XXXXXX").string();
    m_folder = ::mkdtemp(pattern.data());
    write();
  }
  ~BenchStore() {
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
  }
  const std::string& folder() const { return m_folder; }
  Uri root() const { return Uri::local(m_folder).join("merged-peakmatrix.zarr"); }
  Store& store() const { return *m_store; }

 private:
  void write() {
    ZarrStoreWriter writer(*m_store, root());
    std::vector<std::int64_t> x, y;
    for (std::uint64_t i = 0; i < k_rows; ++i) {
      x.push_back(static_cast<std::int64_t>(i % k_side));
      y.push_back(static_cast<std::int64_t>(i / k_side));
    }
    std::vector<double> mz;
    for (std::uint64_t i = 0; i < k_bins; ++i) mz.push_back(100.0 + static_cast<double>(i));
    require(writer.group("", "anndata", "0.1.0"));
    require(writer.categorical("obs/image", {"bench"}, std::vector<std::int32_t>(k_rows, 0)));
    require(writer.array("obs/x", x));
    require(writer.array("obs/y", y));
    require(writer.array("obs/TIC", std::vector<double>(k_rows, 1.0)));
    require(writer.array("var/mz", mz));
    const std::uint64_t chunk_rows = handlers::peak_matrix::rows_per_chunk(k_rows, k_bins);
    require(writer.matrix("X", k_rows, k_bins, chunk_rows));
    std::mt19937 random(1);
    std::vector<double> chunk(chunk_rows * k_bins);
    for (std::uint64_t i = 0; i * chunk_rows < k_rows; ++i) {
      for (double& value : chunk) value = random() % 10 == 0 ? static_cast<double>(random()) / 3 : 0.0;
      require(m_store->put(root().join(fmt::format("X/{}.0", i)), handlers::encode_chunk(chunk)));
    }
    require(writer.finish());
  }

  std::unique_ptr<Store> m_store;
  std::string m_folder;
};

const BenchStore& bench_store() {
  static const BenchStore store;
  return store;
}

void forget_peak_memory() {
  if (std::FILE* const file = std::fopen("/proc/self/clear_refs", "w")) {
    std::fputs("5", file);
    std::fclose(file);
  }
}

void write_images(benchmark::State& state, const char* output) {
  ImageOptions options;
  options.input = bench_store().folder();
  options.output = bench_store().folder() + "/" + output;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    options.masses.push_back(100.0 + static_cast<double>(7 * i));
  forget_peak_memory();
  for (auto _ : state) {
    StoreRegistry stores;
    require(write_ion_images(stores, options, [](const std::string&) { return Status(); }, {}));
  }
  state.counters["peak_MiB"] = static_cast<double>(peak_memory_bytes()) / (1 << 20);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(k_rows * k_bins * sizeof(double)));
}

void image_png(benchmark::State& state) {
  write_images(state, "a.png");
}
BENCHMARK(image_png)->Arg(1)->Arg(10)->Arg(50)->Unit(benchmark::kMillisecond);

void image_tiff(benchmark::State& state) {
  write_images(state, "a.tiff");
}
BENCHMARK(image_tiff)->Arg(1)->Arg(50)->Unit(benchmark::kMillisecond);

void image_npy(benchmark::State& state) {
  write_images(state, "a.npy");
}
BENCHMARK(image_npy)->Arg(1)->Arg(50)->Unit(benchmark::kMillisecond);

void decompress_all_chunks(benchmark::State& state) {
  const std::uint64_t chunk_rows = handlers::peak_matrix::rows_per_chunk(k_rows, k_bins);
  const std::uint64_t bytes = chunk_rows * k_bins * sizeof(double);
  for (auto _ : state) {
    for (std::uint64_t i = 0; i * chunk_rows < k_rows; ++i) {
      const auto stored =
          bench_store().store().read_all(bench_store().root().join(fmt::format("X/{}.0", i)), 2 * bytes);
      const auto plain = protocol::decompress(as_byte_span(*stored), bytes);
      benchmark::DoNotOptimize(plain->data());
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(k_rows * k_bins * sizeof(double)));
}
BENCHMARK(decompress_all_chunks)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fanfold::ion_image

BENCHMARK_MAIN();
