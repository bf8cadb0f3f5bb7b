// How many pixels a cube has.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/core/result.h"

namespace fanfold {

struct CubePlanInput {
  std::string_view stage;
  std::uint64_t pixels = 0;    // of all images of the group
  std::uint64_t channels = 0;  // of the mass axis, or values of a typical spectrum
  std::uint32_t workers = 1;
  std::optional<std::uint64_t> forced;  // asked for by the user
};

// 16 * 2^k pixels, so that an aligned cube is one node of the fixed tree: as many as make a call of about two
// seconds, but not so many that a worker gets fewer than four cubes, nor so few that there are more than
// 10,000 calls.
std::uint64_t plan_cube_pixels(const CubePlanInput& input);

// invalid_argument unless it is 16 * 2^k.
Status check_cube_pixels(std::uint64_t cube_pixels);

// Pixels of one of rMSI2's groups when it merges mass axes: 100 MiB of rows of the mean length, at least 100
// values.
std::uint64_t rmsi2_group_pixels(std::uint64_t total_points, std::uint64_t pixels);

}  // namespace fanfold
