#include "handlers/spectra/stored_spectrum.h"

#include <algorithm>
#include <array>

namespace fanfold::handlers {
namespace {

// Four sums side by side: the order is fixed, and no addition waits for the one before it.
double sum_in_four(std::span<const double> values) {
  std::array<double, 4> sums{};
  std::size_t i = 0;
  for (; i + 4 <= values.size(); i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += values[i + lane];
  }
  for (; i < values.size(); ++i) sums[0] += values[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

SpectrumFigures figures_of(std::span<const double> mz, std::span<const double> intensity) {
  SpectrumFigures figures;
  if (mz.empty()) return figures;
  figures.tic = sum_in_four(intensity);
  const auto base =
      static_cast<std::size_t>(std::max_element(intensity.begin(), intensity.end()) - intensity.begin());
  figures.base_mz = mz[base];
  figures.base_intensity = intensity[base];
  const auto [low, high] = std::minmax_element(mz.begin(), mz.end());
  figures.low_mz = *low;
  figures.high_mz = *high;
  return figures;
}

Bytes StoredArray::encode(std::span<const double> values) {
  m_bytes.resize(values.size() * size_of(m_type));
  narrow(values, m_type, m_rule, m_bytes);
  return m_bytes;
}

std::span<const double> StoredArray::decoded() {
  m_decoded.resize(m_bytes.size() / size_of(m_type));
  widen(m_bytes, m_type, m_decoded);
  return m_decoded;
}

}  // namespace fanfold::handlers
