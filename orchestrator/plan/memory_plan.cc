#include "orchestrator/plan/memory_plan.h"

#include <algorithm>
#include <bit>

#include "runtime/core/units.h"

namespace fanfold {
namespace {

constexpr std::uint64_t k_program_bytes = 32_MiB;
constexpr std::uint64_t k_value_bytes = sizeof(double);
constexpr std::uint64_t k_rows = 16;  // at once, at most: each a row, masses and intensities
constexpr std::uint64_t k_transform_values =
    96;  // per channel: lanes, their spectra, twiddles, noise, masses
constexpr std::uint64_t k_least_window = 1_MiB;
constexpr std::uint64_t k_largest_window = 4_MiB;

std::uint64_t fixed_bytes(const MemoryPlanInput& input) {
  const std::uint64_t levels = std::bit_width(std::max<std::uint64_t>(input.cube_pixels / k_rows, 1)) + 1;
  const std::uint64_t nodes = 2 * levels;  // a sum and a maximum each
  return k_program_bytes + input.channels * k_value_bytes * (3 * k_rows + nodes + k_transform_values);
}

}  // namespace

Result<MemoryPlan> plan_memory(const MemoryPlanInput& input) {
  const std::uint64_t fixed = fixed_bytes(input);
  const std::uint64_t least = std::max(k_least_window, input.spectrum_bytes);
  if (fixed + least > input.cap_bytes) {
    return make_error(
        ErrorKind::invalid_argument,
        "spectra of {} channels need {} MiB in every worker, {} MiB are allowed; raise --memory",
        input.channels, (fixed + least) / 1_MiB + 1, input.cap_bytes / 1_MiB);
  }
  MemoryPlan plan;
  plan.window_bytes = std::clamp(input.cap_bytes - fixed, least, std::max(least, k_largest_window));
  plan.expected_bytes = fixed + plan.window_bytes;
  return plan;
}

}  // namespace fanfold
