// Folding the peaks of many pixels into mass bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fanfold::kernels {

struct Bin {
  double mass;          // mean of its peaks
  double bin_size;      // mean distance of channels at its peaks, m/z
  std::uint64_t count;  // peaks; two of one pixel count twice
};

struct BinTolerance {
  double value;  // in channels, or in ppm
  bool ppm;
};

// A list of bins in ascending order of mass. Not thread-safe.
class BinList {
 public:
  explicit BinList(BinTolerance tolerance) : m_tolerance(tolerance) {}

  // Adds `count` peaks of mean mass `mass` and mean channel distance `bin_size` (negative: unknown; in ppm
  // mode the tolerance at `mass` takes its place). They join the nearest bin (the lighter one on a tie) when
  // it lies closer than value * bin_size, or than value ppm of `mass`; else they become a bin of their own.
  // On joining, the bin's means are weighted by the counts of both sides; with weigh_by_count = false what is
  // added weighs 1 whatever its count, in the form n / (n + 1) * mean + x / (n + 1). A mass that is not
  // finite is ignored. O(log bins) to search, O(bins) to insert.
  void append(double mass, double bin_size, std::uint64_t count, bool weigh_by_count);

  const std::vector<Bin>& bins() const { return m_bins; }

 private:
  std::size_t nearest(double mass) const;
  void note_order_around(std::size_t index);

  BinTolerance m_tolerance;
  std::vector<Bin> m_bins;
  bool m_ordered =
      true;  // false once bins of equal mass, or one bit apart, have led to a swap: then search by scan
};

// Bins with more peaks than bin_filter * pixels. Empty: the filter removed all.
std::vector<Bin> filter_bins(std::vector<Bin> bins, double bin_filter, std::uint64_t pixels);

}  // namespace fanfold::kernels
