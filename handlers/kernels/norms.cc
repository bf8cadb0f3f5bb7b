#include "handlers/kernels/norms.h"

#include <cmath>
#include <cstddef>

#include "handlers/kernels/simd.h"

namespace fanfold::kernels {
namespace {

FANFOLD_SIMD void add(double* sum, const double* row, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) sum[k] += row[k];
}

FANFOLD_SIMD void add_quotient(double* sum, const double* row, double divisor, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) sum[k] += row[k] / divisor;
}

FANFOLD_SIMD void raise(double* max, const double* row, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) max[k] = row[k] > max[k] ? row[k] : max[k];
}

}  // namespace

Norms norms(std::span<const double> row) {
  double sum = 0.0;
  double squares = 0.0;
  double max = 0.0;
  for (const double value : row) {
    sum += value;
    squares += value * value;
    max = value > max ? value : max;
  }
  return {sum, std::sqrt(squares), max};
}

void accumulate(std::span<double> sum, std::span<const double> row) {
  add(sum.data(), row.data(), row.size());
}

void accumulate_scaled_by(std::span<double> sum, std::span<const double> row, double divisor) {
  add_quotient(sum.data(), row.data(), divisor, row.size());
}

void maximum(std::span<double> max, std::span<const double> row) {
  raise(max.data(), row.data(), row.size());
}

}  // namespace fanfold::kernels
