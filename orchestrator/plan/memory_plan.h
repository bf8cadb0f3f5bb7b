// What a map call may hold in memory.
#pragma once

#include <cstdint>

#include "runtime/core/result.h"

namespace fanfold {

struct MemoryPlanInput {
  std::uint64_t cap_bytes = 0;       // of a function process
  std::uint64_t channels = 0;        // of the mass axis
  std::uint64_t spectrum_bytes = 0;  // of the largest spectrum as it is stored
  std::uint64_t cube_pixels = 0;
};

struct MemoryPlan {
  std::uint64_t window_bytes = 0;    // of the .ibd that a call holds at once
  std::uint64_t expected_bytes = 0;  // of the whole process, an upper estimate
};

// A call holds its program, a few rows with the workspaces of their transforms, the nodes of the fixed tree
// that are not folded yet, and a window of the .ibd; none of that grows with the number of pixels but the
// nodes, with its logarithm. The window takes what the cap leaves, between 1 and 16 MiB, and at least one
// spectrum. invalid_argument where the cap is too small for spectra of this length.
Result<MemoryPlan> plan_memory(const MemoryPlanInput& input);

}  // namespace fanfold
