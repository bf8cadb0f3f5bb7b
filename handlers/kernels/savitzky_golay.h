#pragma once

#include <span>
#include <vector>

namespace fanfold::kernels {

// 5, 7, 9, 11, 13 and 15 are.
bool is_valid_kernel_size(int kernel_size);

// Savitzky-Golay smoothing, quadratic/cubic, in place. Each coefficient is rounded once (integer /
// denominator) and the products are added from the lowest index upward, starting from 0. The first and last
// kernel_size / 2 values become 0; so does the whole of a row shorter than the kernel. `workspace` is scratch
// that keeps its capacity between calls. REQUIRES: is_valid_kernel_size(kernel_size). The row is left alone
// where that does not hold.
void savitzky_golay(std::span<double> row, int kernel_size, std::vector<double>& workspace);

}  // namespace fanfold::kernels
