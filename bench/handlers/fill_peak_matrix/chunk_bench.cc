// What it costs to store a chunk of a peak matrix, and what it saves: memcpy, zstd alone, zstd behind the
// byte shuffle. FANFOLD_BENCH_STORE names a peak matrix store; its first chunk is the data.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The values of the first chunk of X; empty where there is no store.
std::vector<double> load_chunk() {
  const char* const store = std::getenv("FANFOLD_BENCH_STORE");
  if (store == nullptr) return {};
  const auto metadata = nlohmann::json::parse(read_text(std::string(store) + "/X/.zarray"), nullptr, false);
  if (metadata.is_discarded()) return {};
  const auto cells = metadata["chunks"][0].get<std::size_t>() * metadata["chunks"][1].get<std::size_t>();
  const std::string bytes = read_text(std::string(store) + "/X/0.0");
  const auto values = decode_chunk(as_byte_span(bytes), cells);
  return values ? *values : std::vector<double>{};
}

const std::vector<double>& chunk(benchmark::State& state) {
  static const std::vector<double> values = load_chunk();
  if (values.empty()) state.SkipWithError("set FANFOLD_BENCH_STORE to a peak matrix store (.zarr)");
  return values;
}

void count(benchmark::State& state, std::size_t plain, std::size_t stored) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(plain));
  state.counters["ratio"] =
      static_cast<double>(plain) / static_cast<double>(std::max<std::size_t>(stored, 1));
}

void copy(benchmark::State& state) {
  const std::vector<double>& values = chunk(state);
  const std::size_t bytes = values.size() * sizeof(double);
  std::vector<double> out(values.size());
  for (auto _ : state) {
    std::memcpy(out.data(), values.data(), bytes);
    benchmark::ClobberMemory();
  }
  count(state, bytes, bytes);
}
BENCHMARK(copy);

void compress_alone(benchmark::State& state) {
  const Bytes plain = std::as_bytes(std::span(chunk(state)));
  std::size_t stored = 0;
  for (auto _ : state) stored = protocol::compress(plain).size();
  count(state, plain.size(), stored);
}
BENCHMARK(compress_alone);

void shuffle_and_compress(benchmark::State& state) {
  const std::vector<double>& values = chunk(state);
  std::size_t stored = 0;
  for (auto _ : state) stored = encode_chunk(values).size();
  count(state, values.size() * sizeof(double), stored);
}
BENCHMARK(shuffle_and_compress);

void decode(benchmark::State& state) {
  const std::vector<double>& values = chunk(state);
  const std::vector<std::byte> stored = encode_chunk(values);
  for (auto _ : state) benchmark::DoNotOptimize(decode_chunk(stored, values.size()));
  count(state, values.size() * sizeof(double), stored.size());
}
BENCHMARK(decode);

}  // namespace
}  // namespace fanfold::handlers
