#include "handlers/fill_peak_matrix/reduce.h"

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/kernels/norms.h"

namespace fanfold::handlers {

Status PeakMatrixReduce::fold(protocol::Bundle partial) {
  const std::size_t bins = m_summary.sum.size();
  FANFOLD_ASSIGN(const auto sum, partial.f64(peak_matrix::k_sum, bins));
  FANFOLD_ASSIGN(const auto maximum, partial.f64(peak_matrix::k_maximum, bins));
  FANFOLD_ASSIGN(const auto pixels, partial.u64(peak_matrix::k_pixels, bins));
  kernels::accumulate(m_summary.sum, sum);
  kernels::maximum(m_summary.maximum, maximum);
  for (std::size_t i = 0; i < bins; ++i) m_summary.pixels[i] += pixels[i];
  return {};
}

}  // namespace fanfold::handlers
