#include "handlers/kernels/savitzky_golay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

const std::map<int, std::vector<double>> k_whole_kernels{
    {5, {-3, 12, 17, 12, -3}},
    {7, {-2, 3, 6, 7, 6, 3, -2}},
    {9, {-21, 14, 39, 54, 59, 54, 39, 14, -21}},
    {11, {-36, 9, 44, 69, 84, 89, 84, 69, 44, 9, -36}},
    {13, {-11, 0, 9, 16, 21, 24, 25, 24, 21, 16, 9, 0, -11}},
    {15, {-78, -13, 42, 87, 122, 147, 162, 167, 162, 147, 122, 87, 42, -13, -78}}};
const std::map<int, double> k_denominators{{5, 35}, {7, 21}, {9, 231}, {11, 429}, {13, 143}, {15, 1105}};

std::vector<double> naive(const std::vector<double>& x, int kernel_size) {
  const auto& kernel = k_whole_kernels.at(kernel_size);
  const auto half = static_cast<std::ptrdiff_t>(kernel_size / 2);
  const auto n = static_cast<std::ptrdiff_t>(x.size());
  std::vector<double> y(x.size(), 0.0);
  for (std::ptrdiff_t i = half; i < n - half; ++i) {
    double sum = 0.0;
    for (std::ptrdiff_t j = 0; j < kernel_size; ++j) {
      const double coefficient = kernel[static_cast<std::size_t>(j)] / k_denominators.at(kernel_size);
      sum += coefficient * x[static_cast<std::size_t>(i + j - half)];
    }
    y[static_cast<std::size_t>(i)] = sum;
  }
  return y;
}

TEST(SavitzkyGolay, MatchesTheFormulaBitForBit) {
  std::vector<double> workspace;
  for (const auto& [kernel_size, kernel] : k_whole_kernels) {
    for (const std::size_t n : {0U, 1U, 4U, 5U, 6U, 7U, 8U, 14U, 15U, 16U, 511U, 512U, 520U, 527U, 2000U}) {
      const auto x = reference::random_values(n, 3, -10.0, 1000.0);
      auto y = x;
      savitzky_golay(y, kernel_size, workspace);
      ASSERT_EQ(y, naive(x, kernel_size)) << "kernel " << kernel_size << ", n " << n;
    }
  }
}

TEST(SavitzkyGolay, LeavesAParabolaAsItIs) {
  std::vector<double> workspace;
  for (const auto& [kernel_size, kernel] : k_whole_kernels) {
    std::vector<double> x(100);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = 0.5 * static_cast<double>(i * i) - 3.0 * static_cast<double>(i);
    auto y = x;
    savitzky_golay(y, kernel_size, workspace);
    for (std::size_t i = 8; i < 92; ++i) EXPECT_NEAR(y[i], x[i], 1e-9);
  }
}

TEST(SavitzkyGolay, SpreadsNaNOverOneKernelOnly) {
  std::vector<double> workspace;
  std::vector<double> x(40, 1.0);
  x[20] = std::numeric_limits<double>::quiet_NaN();
  savitzky_golay(x, 7, workspace);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(std::isnan(x[i]), i >= 17 && i <= 23) << i;
}

TEST(SavitzkyGolay, KnowsItsKernelSizes) {
  for (int size = -1; size < 20; ++size)
    EXPECT_EQ(is_valid_kernel_size(size), k_whole_kernels.count(size) == 1) << size;
  std::vector<double> workspace;
  std::vector<double> x{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto before = x;
  savitzky_golay(x, 6, workspace);
  EXPECT_EQ(x, before);
}

}  // namespace
}  // namespace fanfold::kernels
