#include "orchestrator/ion_image/normalization.h"

#include <cmath>
#include <cstddef>

namespace fanfold::ion_image {
namespace {

bool is_usable(double norm) {
  return std::isfinite(norm) && norm > 0;
}

}  // namespace

std::vector<double> normalization_factors(std::span<const double> norms) {
  double mean = 0;
  std::size_t count = 0;
  // The running mean: sums of large norms may overflow.
  for (const double norm : norms) {
    if (is_usable(norm)) mean += (norm - mean) / static_cast<double>(++count);
  }
  std::vector<double> factors(norms.size(), 0.0);
  for (std::size_t i = 0; i < norms.size(); ++i) {
    if (is_usable(norms[i])) factors[i] = mean / norms[i];
  }
  return factors;
}

}  // namespace fanfold::ion_image
