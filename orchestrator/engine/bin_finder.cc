#include "orchestrator/engine/bin_finder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace fanfold {

void sort_by_mass(std::span<std::size_t> indices, std::span<const kernels::Bin> bins) {
  std::ranges::sort(indices, {}, [&](std::size_t index) { return std::pair(bins[index].mass, index); });
}

BinFinder::BinFinder(std::span<const kernels::Bin> bins, const Parameters::PeakBinning& binning)
    : m_bins(bins), m_binning(binning), m_by_mass(bins.size()) {
  std::iota(m_by_mass.begin(), m_by_mass.end(), std::size_t{0});
  sort_by_mass(m_by_mass, bins);
}

std::optional<std::size_t> BinFinder::find(double mass) const {
  if (m_by_mass.empty()) return std::nullopt;
  const auto mass_of = [this](std::size_t index) { return m_bins[index].mass; };
  const auto above = std::ranges::lower_bound(m_by_mass, mass, {}, mass_of);
  auto nearest = above;
  if (above == m_by_mass.end() ||
      (above != m_by_mass.begin() && mass - mass_of(*(above - 1)) < mass_of(*above) - mass)) {
    nearest = above - 1;
  }
  const kernels::Bin& bin = m_bins[*nearest];
  const double allowed = m_binning.tolerance * (m_binning.tolerance_in_ppm ? bin.mass * 1e-6 : bin.bin_size);
  if (!(std::fabs(mass - bin.mass) <= allowed)) return std::nullopt;
  return *nearest;
}

}  // namespace fanfold
