#include "orchestrator/plan/cube_plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace fanfold {
namespace {

constexpr std::uint64_t k_smallest_cube = 16;
constexpr std::uint64_t k_largest_cube = k_smallest_cube << 20;
constexpr double k_target_seconds = 2.0;
constexpr std::uint64_t k_cubes_per_worker = 4;
constexpr std::uint64_t k_max_calls = 10'000;

// Order of magnitude of one core's time per channel of a spectrum, in nanoseconds (bench/pipeline measures
// it).
double nanoseconds_per_channel(std::string_view stage) {
  constexpr std::array<std::pair<std::string_view, double>, 3> k_heavy{{
      {"preprocessing", 80.0},
      {"peak_picking", 20.0},
      {"common_mass_axis", 30.0},
  }};
  for (const auto& [name, cost] : k_heavy) {
    if (name == stage) return cost;
  }
  return 4.0;
}

// The largest 16 * 2^k that is not above `pixels`.
std::uint64_t round_down(std::uint64_t pixels) {
  const std::uint64_t leaves = std::max<std::uint64_t>(pixels / k_smallest_cube, 1);
  return std::min(k_smallest_cube * std::bit_floor(leaves), k_largest_cube);
}

}  // namespace

std::uint64_t plan_cube_pixels(const CubePlanInput& input) {
  if (input.forced) return *input.forced;
  const double seconds_per_pixel = static_cast<double>(std::max<std::uint64_t>(input.channels, 1)) *
                                   nanoseconds_per_channel(input.stage) * 1e-9;
  const double by_time = std::min(k_target_seconds / seconds_per_pixel, static_cast<double>(k_largest_cube));
  const std::uint64_t cubes_wanted =
      std::uint64_t{std::max<std::uint32_t>(input.workers, 1)} * k_cubes_per_worker;
  std::uint64_t cube =
      std::min(round_down(static_cast<std::uint64_t>(by_time)), round_down(input.pixels / cubes_wanted));
  while (cube < k_largest_cube && input.pixels / cube >= k_max_calls) cube *= 2;
  return cube;
}

Status check_cube_pixels(std::uint64_t cube_pixels) {
  if (cube_pixels >= k_smallest_cube && cube_pixels <= k_largest_cube && std::has_single_bit(cube_pixels))
    return {};
  return make_error(
      ErrorKind::invalid_argument,
      "a cube cannot have {} pixels; it must be 16, 32, 64, ... up to {}, so that results do not depend "
      "on it",
      cube_pixels, k_largest_cube);
}

std::uint64_t rmsi2_group_pixels(std::uint64_t total_points, std::uint64_t pixels) {
  constexpr std::uint64_t k_group_bytes = 100ull << 20;
  constexpr std::uint64_t k_least_points = 100;
  const std::uint64_t mean = pixels == 0 ? 0 : total_points / pixels;
  const std::uint64_t row_bytes = std::max(mean, k_least_points) * sizeof(double);
  return (k_group_bytes + row_bytes - 1) / row_bytes;
}

}  // namespace fanfold
