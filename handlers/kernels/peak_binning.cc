#include "handlers/kernels/peak_binning.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "handlers/kernels/nearest.h"

namespace fanfold::kernels {
namespace {

double join_as_one(double mean, double value, double n) {
  return n / (n + 1.0) * mean + value / (n + 1.0);
}

double join_by_count(double mean, double value, double n, double count) {
  return (n * mean + count * value) / (n + count);
}

double mass_of(const Bin& bin) {
  return bin.mass;
}

}  // namespace

void BinList::append(double mass, double bin_size, std::uint64_t count, bool weigh_by_count) {
  if (!std::isfinite(mass)) return;
  if (m_tolerance.ppm && bin_size < 0.0) bin_size = m_tolerance.value * mass / 1e6;
  if (m_bins.empty()) {
    m_bins.push_back({mass, bin_size, count});
    return;
  }
  const std::size_t index = nearest(mass);
  Bin& bin = m_bins[index];
  const double distance = std::fabs(mass - bin.mass);
  const bool joins = m_tolerance.ppm ? 1e6 * distance / mass < m_tolerance.value  //
                                     : distance < m_tolerance.value * bin_size;
  if (!joins) {
    const std::size_t place = mass > bin.mass ? index + 1 : index;
    m_bins.insert(m_bins.begin() + static_cast<std::ptrdiff_t>(place), {mass, bin_size, count});
    note_order_around(place);
    return;
  }
  const auto n = static_cast<double>(bin.count);
  const auto c = static_cast<double>(count);
  bin.mass = weigh_by_count ? join_by_count(bin.mass, mass, n, c) : join_as_one(bin.mass, mass, n);
  bin.bin_size =
      weigh_by_count ? join_by_count(bin.bin_size, bin_size, n, c) : join_as_one(bin.bin_size, bin_size, n);
  bin.count += count;
  note_order_around(index);
}

std::size_t BinList::nearest(double mass) const {
  return m_ordered ? nearest_in_order(std::span<const Bin>(m_bins), mass, mass_of)
                   : nearest_by_scan(std::span<const Bin>(m_bins), mass, mass_of);
}

void BinList::note_order_around(std::size_t index) {
  if (index > 0 && m_bins[index].mass < m_bins[index - 1].mass) m_ordered = false;
  if (index + 1 < m_bins.size() && m_bins[index + 1].mass < m_bins[index].mass) m_ordered = false;
}

std::vector<Bin> filter_bins(std::vector<Bin> bins, double bin_filter, std::uint64_t pixels) {
  const double least = bin_filter * static_cast<double>(pixels);
  std::erase_if(bins, [least](const Bin& bin) { return !(static_cast<double>(bin.count) > least); });
  return bins;
}

}  // namespace fanfold::kernels
