#include "handlers/kernels/savitzky_golay.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "handlers/kernels/simd.h"

namespace fanfold::kernels {
namespace {

// Coefficients from the edge of the kernel to its centre.
struct Kernel {
  std::array<double, 8> half;
  double denominator;
};

constexpr std::array<Kernel, 6> k_kernels{{
    {{-3, 12, 17}, 35},
    {{-2, 3, 6, 7}, 21},
    {{-21, 14, 39, 54, 59}, 231},
    {{-36, 9, 44, 69, 84, 89}, 429},
    {{-11, 0, 9, 16, 21, 24, 25}, 143},
    {{-78, -13, 42, 87, 122, 147, 162, 167}, 1105},
}};

// out[i] is centred on in[i + size / 2].
FANFOLD_SIMD void convolve(const double* in, double* out, std::size_t count, const double* kernel,
                           std::size_t size) {
  constexpr std::size_t k_block =
      512;  // of the sums, so that they stay near while the kernel passes over them
  for (std::size_t begin = 0; begin < count; begin += k_block) {
    const std::size_t end = std::min(begin + k_block, count);
    for (std::size_t i = begin; i < end; ++i) out[i] = 0.0;
    for (std::size_t j = 0; j < size; ++j) {
      const double coefficient = kernel[j];
      const double* const shifted = in + j;
      for (std::size_t i = begin; i < end; ++i) out[i] += coefficient * shifted[i];
    }
  }
}

}  // namespace

bool is_valid_kernel_size(int kernel_size) {
  return kernel_size >= 5 && kernel_size <= 15 && kernel_size % 2 == 1;
}

void savitzky_golay(std::span<double> row, int kernel_size, std::vector<double>& workspace) {
  if (!is_valid_kernel_size(kernel_size)) return;
  const auto size = static_cast<std::size_t>(kernel_size);
  if (row.size() < size) {
    std::fill(row.begin(), row.end(), 0.0);
    return;
  }
  const Kernel& chosen = k_kernels[(size - 5) / 2];
  const std::size_t half = size / 2;
  std::array<double, 15> kernel{};
  for (std::size_t j = 0; j < size; ++j) {
    kernel[j] = chosen.half[j <= half ? j : size - 1 - j] / chosen.denominator;
  }
  workspace.assign(row.begin(), row.end());
  convolve(workspace.data(), row.data() + half, row.size() - 2 * half, kernel.data(), size);
  std::fill_n(row.begin(), half, 0.0);
  std::fill_n(row.end() - static_cast<std::ptrdiff_t>(half), half, 0.0);
}

}  // namespace fanfold::kernels
