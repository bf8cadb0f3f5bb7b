// Folds the peaks of all pixels of a group into mass bins: blocks of a fixed number of pixels, each on its
// own and in parallel, then the blocks' bins in order.
#pragma once

#include <cstddef>
#include <deque>
#include <future>
#include <span>
#include <vector>

#include "handlers/kernels/peak_binning.h"
#include "runtime/protocol/parameters.h"

namespace fanfold::handlers {

inline constexpr std::size_t k_binning_block_pixels = 1000;
// What all blocks may hold of peaks that are not binned yet: 256 MiB.
inline constexpr std::size_t k_peaks_held = std::size_t{1} << 24;

// The result depends on the order of the pixels alone. Not thread-safe. Holds the peaks of at most `threads`
// + 1 blocks; a block that has its share of `peaks_held` before it has its pixels is binned as it grows.
class BlockBinner {
 public:
  BlockBinner(const Parameters::PeakBinning& parameters, Compat compat, std::size_t threads,
              std::size_t peaks_held = k_peaks_held);

  // The next pixel's peaks. REQUIRES: equal sizes.
  void add_pixel(std::span<const double> masses, std::span<const double> bin_sizes);
  // All bins, unfiltered, ascending. Nothing may be added afterwards.
  std::vector<kernels::Bin> finish();

 private:
  struct Block {
    kernels::BinList bins;  // of the peaks that are no longer held
    std::vector<double> masses;
    std::vector<double> bin_sizes;
    void bin_held_peaks(bool weigh_by_count);
  };
  void submit();
  void fold_oldest();

  kernels::BinTolerance m_tolerance;
  bool m_weigh_by_count;
  std::size_t m_threads;
  std::size_t m_peaks_held;  // of one block
  std::size_t m_pixels_in_block = 0;
  Block m_block;
  std::deque<std::future<std::vector<kernels::Bin>>> m_running;
  kernels::BinList m_bins;
};

}  // namespace fanfold::handlers
