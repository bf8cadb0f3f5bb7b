#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fanfold::kernels {

// Pearson correlation of spectra with an average spectrum:
// sum((x - mean x) * (a - mean a)) / (sqrt(sum (x - mean x)^2) * sqrt(sum (a - mean a)^2)),
// all sums plain, from left to right. A constant spectrum scores NaN.
// Immutable after construction: may be shared by threads.
class ReferenceScorer {
 public:
  explicit ReferenceScorer(std::span<const double> average);

  // REQUIRES: row.size() == size of the average.
  double score(std::span<const double> row) const;

  // The same bits, several rows in flight. REQUIRES: scores.size() == rows.size().
  void score(std::span<const std::span<const double>> rows, std::span<double> scores) const;

 private:
  std::vector<double> m_deviation;  // average - its mean
  double m_norm;                    // root of the sum of squares of m_deviation
};

}  // namespace fanfold::kernels
