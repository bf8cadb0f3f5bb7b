#include "handlers/peak_binning/block_binner.h"

#include <algorithm>
#include <utility>

namespace fanfold::handlers {

BlockBinner::BlockBinner(const Parameters::PeakBinning& parameters, Compat compat, std::size_t threads,
                         std::size_t peaks_held)
    : m_tolerance{parameters.tolerance, parameters.tolerance_in_ppm},
      m_weigh_by_count(compat == Compat::none),
      m_threads(std::max<std::size_t>(threads, 1)),
      m_peaks_held(peaks_held / (m_threads + 1)),
      m_block{kernels::BinList(m_tolerance), {}, {}},
      m_bins(m_tolerance) {}

void BlockBinner::Block::bin_held_peaks(bool weigh_by_count) {
  for (std::size_t i = 0; i < masses.size(); ++i) bins.append(masses[i], bin_sizes[i], 1, weigh_by_count);
  masses.clear();
  bin_sizes.clear();
}

void BlockBinner::add_pixel(std::span<const double> masses, std::span<const double> bin_sizes) {
  m_block.masses.insert(m_block.masses.end(), masses.begin(), masses.end());
  m_block.bin_sizes.insert(m_block.bin_sizes.end(), bin_sizes.begin(), bin_sizes.end());
  if (m_block.masses.size() > m_peaks_held) m_block.bin_held_peaks(m_weigh_by_count);
  if (++m_pixels_in_block == k_binning_block_pixels) submit();
}

void BlockBinner::submit() {
  if (m_running.size() >= m_threads) fold_oldest();
  auto bin_block = [block = std::exchange(m_block, Block{kernels::BinList(m_tolerance), {}, {}}),
                    weigh = m_weigh_by_count]() mutable {
    block.bin_held_peaks(weigh);
    return block.bins.bins();
  };
  m_running.push_back(std::async(std::launch::async, std::move(bin_block)));
  m_pixels_in_block = 0;
}

void BlockBinner::fold_oldest() {
  const std::vector<kernels::Bin> block = m_running.front().get();
  m_running.pop_front();
  for (const kernels::Bin& bin : block) m_bins.append(bin.mass, bin.bin_size, bin.count, m_weigh_by_count);
}

std::vector<kernels::Bin> BlockBinner::finish() {
  if (m_pixels_in_block > 0) submit();
  while (!m_running.empty()) fold_oldest();
  return m_bins.bins();
}

}  // namespace fanfold::handlers
