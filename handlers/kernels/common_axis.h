// The common mass axis of spectra that each have their own: estimate how wide a peak's samples lie, then
// merge the spectra's masses, dropping those that lie closer together than that.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fanfold::kernels {

// Bin size at each sample: the mean distance of the samples of the nearest peak. A peak is a sample with a
// strict rise before and a strict fall after it; it reaches as far as the intensity falls strictly on both
// sides. A peak's bin size holds from the right end of the previous peak (which it overwrites) to its own
// right end; the last one's to the end. Empty: the spectrum has no peak, and nothing to say about the axis.
// Intensities that are NaN end a slope. REQUIRES: equal sizes. O(n).
std::vector<double> bin_sizes(std::span<const double> mz, std::span<const double> intensity);

// Masses, ascending, and the bin size at each. Equal lengths.
struct AxisNode {
  std::vector<double> mass;
  std::vector<double> bins;
};

// The bin size of the first mass of a merged node, which rMSI2 leaves unset: `zero` is what it has on a
// zeroed heap, `own` is what the mass came with.
enum class FirstBin { zero, own };

// Sorted merge with thinning: a mass is accepted when it lies more than its own bin size above the last
// accepted one (at least that far once one list is used up). On equal masses the older node's goes first.
// Where one node is empty the other is returned unchanged. Not commutative, not associative: the order of
// folding is part of the result.
AxisNode merge_nodes(const AxisNode& newer, const AxisNode& older, FirstBin rule);

// The fold rMSI2 applies to the pixels of one datacube, in its order and with its losses: a node that goes
// back to the cube's first axis is dropped, not merged, wherever it stands on the older side of a merge.
// Needed only to reproduce its axes; a sane fold merges all nodes. Holds O(log pixels) nodes. Not
// thread-safe.
class Rmsi2AxisFolder {
 public:
  // The next pixel's masses and bin sizes. A pixel whose masses equal the first pixel's takes the first
  // pixel's bins.
  void add(std::vector<double> mass, std::vector<double> bins);

  // The cube's node; nothing where no pixel was added; the pixel's own node where one was. Leaves the folder
  // empty.
  std::optional<AxisNode> finish();

  // Whether all pixels so far have the first pixel's masses. True where there is none.
  bool no_need_to_resample() const { return m_no_need; }

 private:
  struct Entry {
    AxisNode node;
    std::size_t level;
    bool merge;
  };
  void combine_top();

  std::vector<Entry> m_stack;  // back = newest
  AxisNode m_first;
  bool m_any = false;
  bool m_no_need = true;
};

}  // namespace fanfold::kernels
