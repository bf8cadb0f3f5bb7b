// Reduce of `fill_peak_matrix`: what is said of every column.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/protocol/bundle.h"

namespace fanfold::handlers {

struct ColumnSummary {
  std::vector<double> sum;            // of the intensities over all rows
  std::vector<double> maximum;        // never below 0
  std::vector<std::uint64_t> pixels;  // rows that have a peak in the bin
};

// Not thread-safe.
class PeakMatrixReduce {
 public:
  explicit PeakMatrixReduce(std::size_t bins)
      : m_summary{std::vector<double>(bins), std::vector<double>(bins), std::vector<std::uint64_t>(bins)} {}
  // Chunks in ascending order, each once.
  Status fold(protocol::Bundle partial);
  ColumnSummary finish() { return std::move(m_summary); }

 private:
  ColumnSummary m_summary;
};

}  // namespace fanfold::handlers
