#include "handlers/kernels/correlation.h"

#include <array>
#include <cmath>

#include "handlers/kernels/batch.h"

namespace fanfold::kernels {
namespace {

double mean_of(std::span<const double> row) {
  double sum = 0.0;
  for (const double value : row) sum += value;
  return sum / static_cast<double>(row.size());
}

}  // namespace

ReferenceScorer::ReferenceScorer(std::span<const double> average) : m_deviation(average.size()) {
  const double mean = mean_of(average);
  double squares = 0.0;
  for (std::size_t k = 0; k < average.size(); ++k) {
    m_deviation[k] = average[k] - mean;
    squares += m_deviation[k] * m_deviation[k];
  }
  m_norm = std::sqrt(squares);
}

double ReferenceScorer::score(std::span<const double> row) const {
  const double mean = mean_of(row);
  double products = 0.0;
  double squares = 0.0;
  for (std::size_t k = 0; k < row.size(); ++k) {
    const double deviation = row[k] - mean;
    products += deviation * m_deviation[k];
    squares += deviation * deviation;
  }
  return products / (std::sqrt(squares) * m_norm);
}

// A plain sum waits for the adder at each step; the sums of several rows wait together.
void ReferenceScorer::score(std::span<const std::span<const double>> rows, std::span<double> scores) const {
  const std::size_t n = m_deviation.size();
  std::size_t first = 0;
  for (; first + k_batch_lanes <= rows.size(); first += k_batch_lanes) {
    const double* const r0 = rows[first].data();
    const double* const r1 = rows[first + 1].data();
    const double* const r2 = rows[first + 2].data();
    const double* const r3 = rows[first + 3].data();
    static_assert(k_batch_lanes == 4);
    std::array<double, 4> mean{};
    for (std::size_t k = 0; k < n; ++k) {
      const std::array<double, 4> x{r0[k], r1[k], r2[k], r3[k]};
      for (std::size_t lane = 0; lane < 4; ++lane) mean[lane] += x[lane];
    }
    for (double& value : mean) value /= static_cast<double>(n);
    std::array<double, 4> products{};
    std::array<double, 4> squares{};
    for (std::size_t k = 0; k < n; ++k) {
      const std::array<double, 4> x{r0[k], r1[k], r2[k], r3[k]};
      for (std::size_t lane = 0; lane < 4; ++lane) {
        const double deviation = x[lane] - mean[lane];
        products[lane] += deviation * m_deviation[k];
        squares[lane] += deviation * deviation;
      }
    }
    for (std::size_t lane = 0; lane < 4; ++lane) {
      scores[first + lane] = products[lane] / (std::sqrt(squares[lane]) * m_norm);
    }
  }
  for (; first < rows.size(); ++first) scores[first] = score(rows[first]);
}

}  // namespace fanfold::kernels
