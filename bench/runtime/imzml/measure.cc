#include "bench/runtime/imzml/measure.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

namespace fanfold::bench {
namespace {

constexpr std::size_t k_rounds = 9;
using Samples = std::array<double, k_rounds>;

double cpu_seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  };
  const double begin = now();
  work();
  return now() - begin;
}

double median(Samples samples) {
  std::ranges::sort(samples);
  return samples[k_rounds / 2];
}

std::string spread(const Samples& samples) {
  const auto [low, high] = std::ranges::minmax(samples);
  return fmt::format("{:8.1f} MB/s ({:.1f} .. {:.1f})", median(samples), low, high);
}

std::uint64_t status_kib(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::strtoull(line.c_str() + field.size() + 1, nullptr, 10);
  }
  return 0;
}

}  // namespace

void compare(std::string_view what, double megabytes, std::string_view name_a, const std::function<void()>& a,
             std::string_view name_b, const std::function<void()>& b) {
  Samples rates_a{}, rates_b{}, ratios{};
  a();
  b();
  for (std::size_t round = 0; round < k_rounds; ++round) {
    rates_a[round] = megabytes / cpu_seconds(a);
    rates_b[round] = megabytes / cpu_seconds(b);
    ratios[round] = rates_a[round] / rates_b[round];
  }
  const auto [low, high] = std::ranges::minmax(ratios);
  fmt::print("{} ({:.0f} MB)\n  {:<24}{}\n  {:<24}{}\n  ratio {:.3f} ({:.3f} .. {:.3f})\n", what, megabytes,
             name_a, spread(rates_a), name_b, spread(rates_b), median(ratios), low, high);
}

std::uint64_t peak_growth(const std::function<void()>& work) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return 0;
  const pid_t child = ::fork();
  if (child == 0) {
    // 5: the peak begins anew at what is held now.
    std::ofstream("/proc/self/clear_refs") << 5;
    const std::uint64_t before = status_kib("VmRSS:");
    work();
    const std::uint64_t grown = (status_kib("VmHWM:") - before) * 1024;
    ::_exit(::write(ends[1], &grown, sizeof grown) == sizeof grown ? 0 : 1);
  }
  std::uint64_t grown = 0;
  ::close(ends[1]);
  const bool is_read = ::read(ends[0], &grown, sizeof grown) == sizeof grown;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return is_read ? grown : 0;
}

}  // namespace fanfold::bench
