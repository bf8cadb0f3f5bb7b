// From exec to the first request for an event, time per invocation, memory and size of function programs, in
// alternating rounds on one machine: a bare socket loop, a naive runtime around libcurl, and ours.
//   runtime_bench [--rounds N] [--starts N] [--program NAME=PATH]...
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "bench/runtime/invoke/measured_process.h"
#include "bench/runtime/invoke/platform_side.h"

namespace fanfold::bench {
namespace {

struct Program {
  std::string name;
  std::string path;
  bool echoes = true;
};

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

struct Distribution {
  double low = 0, median = 0, high = 0;  // quartiles
};

Distribution distribution(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double q) {
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
  };
  return {at(0.25), at(0.5), at(0.75)};
}

std::string shown(const std::vector<double>& values) {
  const Distribution d = distribution(values);
  return fmt::format("{:>9.1f} [{:.1f}..{:.1f}]", d.median, d.low, d.high);
}

std::uint64_t stripped_bytes(const std::string& path) {
  const auto copy = std::filesystem::temp_directory_path() / fmt::format("runtime-bench-{}", ::getpid());
  const std::string command = fmt::format("strip -o '{}' '{}'", copy.string(), path);
  if (std::system(command.c_str()) != 0) return 0;
  const auto bytes = std::filesystem::file_size(copy);
  std::filesystem::remove(copy);
  return bytes;
}

void measure_starts(PlatformSide& platform, const std::vector<Program>& programs, int starts) {
  std::vector<std::vector<double>> times(programs.size());
  std::vector<std::uint64_t> memory(programs.size());
  for (int i = 0; i < starts + 1; ++i) {
    for (std::size_t p = 0; p < programs.size(); ++p) {
      platform.expect(programs[p].name);
      const auto began = Clock::now();
      const MeasuredProcess process(programs[p].path, platform.address());
      const auto asked = platform.await_next();
      if (i > 0) times[p].push_back(microseconds(asked - began));  // the first one fills caches
      memory[p] = std::max(memory[p], process.peak_memory_kib());
    }
  }
  fmt::print(
      "exec to the first request for an event, us: median [quartiles] of {}, times the first; peak memory "
      "then; size\n",
      starts);
  const double yardstick = distribution(times[0]).median;
  for (std::size_t p = 0; p < programs.size(); ++p) {
    fmt::print("  {:<18}{}  x {:.2f}  {:>6} KiB  {:>8} bytes stripped\n", programs[p].name, shown(times[p]),
               distribution(times[p]).median / yardstick, memory[p], stripped_bytes(programs[p].path));
  }
}

// The mean of one batch: single calls are shorter than what a scheduler does to them.
PlatformSide::Timing batch(PlatformSide& platform, const std::string& payload, int calls) {
  PlatformSide::Timing sum{};
  for (int i = 0; i < calls; ++i) {
    const auto one = platform.invoke(payload);
    sum.invoke += one.invoke;
    sum.turnaround += one.turnaround;
  }
  return {sum.invoke / calls, sum.turnaround / calls};
}

void measure_calls(PlatformSide& platform, const std::vector<Program>& programs, std::size_t bytes, int calls,
                   int rounds) {
  const std::string payload = "\"" + std::string(bytes - 2, 'x') + "\"";
  std::vector<std::vector<double>> invoke(programs.size()), whole(programs.size());
  std::vector<std::uint64_t> memory(programs.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t k = 0; k < programs.size(); ++k) {
      const std::size_t p = round % 2 == 0 ? k : programs.size() - 1 - k;
      if (!programs[p].echoes) continue;
      platform.expect(programs[p].name);
      const MeasuredProcess process(programs[p].path, platform.address());
      platform.await_next();
      batch(platform, payload, std::max(calls / 10, 1));
      const auto timing = batch(platform, payload, calls);
      invoke[p].push_back(microseconds(timing.invoke));
      whole[p].push_back(microseconds(timing.invoke + timing.turnaround));
      memory[p] = std::max(memory[p], process.peak_memory_kib());
    }
  }
  fmt::print(
      "invocation with {} bytes each way, us: event to response; the same and to the next request; peak "
      "memory\n",
      bytes);
  for (std::size_t p = 0; p < programs.size(); ++p) {
    if (!programs[p].echoes) continue;
    fmt::print("  {:<18}{}  {}  {:>6} KiB\n", programs[p].name, shown(invoke[p]), shown(whole[p]), memory[p]);
  }
}

int run(int argc, char** argv) {
  int rounds = 9, starts = 101;
  std::vector<std::string> more;
  CLI::App app("Function programs beside a bare socket loop");
  app.add_option("--rounds", rounds, "of calls, each program once a round")->check(CLI::Range(1, 1000));
  app.add_option("--starts", starts, "of each program")->check(CLI::Range(3, 10000));
  app.add_option("--program", more, "NAME=PATH of another program that echoes");
  CLI11_PARSE(app, argc, argv);
  std::vector<Program> programs{{"socket loop", BENCH_SOCKET_ECHO},
                                {"naive libcurl", BENCH_NAIVE_CURL_ECHO},
                                {"our echo", BENCH_ECHO},
                                {"fanfold-runtime", BENCH_RUNTIME, false}};
  for (const std::string& text : more) {
    const auto equals = text.find('=');
    if (equals != std::string::npos) programs.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  PlatformSide platform;
  measure_starts(platform, programs, starts);
  measure_calls(platform, programs, 2, 3'000, rounds);
  measure_calls(platform, programs, 128 * 1024, 300, rounds);
  measure_calls(platform, programs, 5 * 1024 * 1024, 10, rounds);
  return 0;
}

}  // namespace
}  // namespace fanfold::bench

int main(int argc, char** argv) {
  return fanfold::bench::run(argc, argv);
}
