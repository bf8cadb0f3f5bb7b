#include "bench/runtime/storage/pairs.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <vector>

namespace fanfold::bench {
namespace {

struct Sample {
  double seconds = 0;
  double cpu_seconds = 0;
};

double cpu_now() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Sample measure(const std::function<void()>& work) {
  using std::chrono::steady_clock;
  const double cpu = cpu_now();
  const auto begin = steady_clock::now();
  work();
  const std::chrono::duration<double> wall = steady_clock::now() - begin;
  return {wall.count(), cpu_now() - cpu};
}

struct Spread {
  double low = 0, median = 0, high = 0;
};

template <typename Value>
Spread spread_of(const std::vector<Sample>& samples, Value value) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const Sample& sample : samples) values.push_back(value(sample));
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

void print_line(const std::string& name, const std::vector<Sample>& samples, double bytes) {
  const double mib = bytes / (1 << 20);
  const Spread rate = spread_of(samples, [&](const Sample& sample) { return mib / sample.seconds; });
  const Spread cpu =
      spread_of(samples, [&](const Sample& sample) { return sample.cpu_seconds * 1024 / mib; });
  fmt::print("  {:<12}{:7.0f} MiB/s ({:.0f} .. {:.0f})   {:.3f} CPU-s/GiB ({:.3f} .. {:.3f})\n", name,
             rate.median, rate.low, rate.high, cpu.median, cpu.low, cpu.high);
}

std::uint64_t status_kib(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::strtoull(line.c_str() + field.size() + 1, nullptr, 10);
  }
  return 0;
}

}  // namespace

void compare_pairs(const std::string& what, std::uint64_t bytes, int rounds, const std::string& name_a,
                   const std::function<void()>& a, const std::string& name_b,
                   const std::function<void()>& b) {
  std::vector<Sample> all_a, all_b, ratios;
  a();
  b();
  for (int round = 0; round < rounds; ++round) {
    Sample of_a, of_b;
    if (round % 2 == 0) {
      of_a = measure(a);
      of_b = measure(b);
    } else {
      of_b = measure(b);
      of_a = measure(a);
    }
    all_a.push_back(of_a);
    all_b.push_back(of_b);
    ratios.push_back({of_b.seconds / of_a.seconds, of_a.cpu_seconds / of_b.cpu_seconds});
  }
  const Spread speed = spread_of(ratios, [](const Sample& ratio) { return ratio.seconds; });
  const Spread cpu = spread_of(ratios, [](const Sample& ratio) { return ratio.cpu_seconds; });
  fmt::print("{}\n", what);
  print_line(name_a, all_a, static_cast<double>(bytes));
  print_line(name_b, all_b, static_cast<double>(bytes));
  fmt::print("  ratio       {:7.3f} ({:.3f} .. {:.3f})   CPU {:.3f} ({:.3f} .. {:.3f})\n", speed.median,
             speed.low, speed.high, cpu.median, cpu.low, cpu.high);
}

std::uint64_t peak_growth_of(const std::function<void()>& work) {
  std::ofstream("/proc/self/clear_refs") << 5;  // the peak begins anew at what is held now
  const std::uint64_t before = status_kib("VmRSS:");
  work();
  return (status_kib("VmHWM:") - before) * 1024;
}

}  // namespace fanfold::bench
