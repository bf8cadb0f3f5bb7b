// Folds per-pixel contributions over the fixed tree (kernels/tree_fold.h): pixels come in ascending order, a
// leaf gathers those of 16 consecutive indices, and leaves without a contribution count as zero.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "handlers/kernels/norms.h"
#include "handlers/kernels/tree_fold.h"

namespace fanfold::handlers {

// Per channel: a sum and a maximum that is never below 0. Either may be unused (empty).
struct ChannelFold {
  std::vector<double> sum;
  std::vector<double> maximum;
};

inline void combine_channels(ChannelFold& left, ChannelFold&& right) {
  kernels::accumulate(left.sum, right.sum);
  kernels::maximum(left.maximum, right.maximum);
}
using CombineChannels = void (*)(ChannelFold&, ChannelFold&&);

// The reduce's side: the cubes' nodes of one image, in order.
class ChannelNodes {
 public:
  void push(ChannelFold node) { m_fold.push(std::move(node)); }
  std::optional<ChannelFold> finish() { return m_fold.finish(); }
  // The mean over `pixels` pixels and the maxima.
  void finish_means(std::size_t pixels, std::vector<double>& mean, std::vector<double>& base) {
    auto node = finish();
    if (!node) return;
    mean = std::move(node->sum);
    base = std::move(node->maximum);
    for (double& value : mean) value /= static_cast<double>(pixels);
  }

 private:
  kernels::TreeFold<ChannelFold, CombineChannels> m_fold{combine_channels};
};

// The map's side: one cube. REQUIRES: the cube begins at a multiple of 16 pixels.
class ChannelLeaves {
 public:
  ChannelLeaves(std::uint64_t first_pixel, std::uint64_t pixels, std::size_t sums, std::size_t maxima)
      : m_next_leaf_pixel(first_pixel), m_end(first_pixel + pixels), m_sums(sums), m_maxima(maxima) {}

  // The accumulator of the leaf that holds `pixel`; pixels ascend from call to call.
  ChannelFold& leaf_of(std::uint64_t pixel) {
    while (!m_open || pixel >= m_next_leaf_pixel) advance();
    return *m_open;
  }
  // The cube's node.
  ChannelFold finish() {
    while (m_next_leaf_pixel < m_end) advance();
    close();
    return m_fold.finish().value_or(empty_node());
  }

 private:
  ChannelFold empty_node() const { return {std::vector<double>(m_sums), std::vector<double>(m_maxima)}; }
  void close() {
    if (m_open) m_fold.push(std::move(*m_open));
    m_open.reset();
  }
  void advance() {
    close();
    m_open = empty_node();
    m_next_leaf_pixel += kernels::k_leaf_pixels;
  }

  kernels::TreeFold<ChannelFold, CombineChannels> m_fold{combine_channels};
  std::optional<ChannelFold> m_open;
  std::uint64_t m_next_leaf_pixel;
  std::uint64_t m_end;
  std::size_t m_sums;
  std::size_t m_maxima;
};

}  // namespace fanfold::handlers
