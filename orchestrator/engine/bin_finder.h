// Which bin of a group a mass belongs to, for the quality report.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "handlers/kernels/peak_binning.h"
#include "runtime/protocol/parameters.h"

namespace fanfold {

// Bins may come in any order: those of a run are in the order of their masses but for a few, as joining bins
// may move a mean past its neighbour. The bins must outlive the finder. Thread-safe.
class BinFinder {
 public:
  BinFinder(std::span<const kernels::Bin> bins, const Parameters::PeakBinning& binning);

  // Index of the bin nearest to the mass, where it lies within the tolerance.
  std::optional<std::size_t> find(double mass) const;

 private:
  std::span<const kernels::Bin> m_bins;
  Parameters::PeakBinning m_binning;
  std::vector<std::size_t> m_by_mass;  // indices of bins
};

// Sorts indices of bins by the bins' masses.
void sort_by_mass(std::span<std::size_t> indices, std::span<const kernels::Bin> bins);

}  // namespace fanfold
