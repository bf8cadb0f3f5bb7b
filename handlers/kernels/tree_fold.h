// The fold that makes results independent of how pixels are spread over cubes, workers and machines: a fixed
// binary tree over the pixel's index in its image. A leaf folds 16 consecutive pixels in order; node(i) at a
// level combines node(2i) and node(2i+1) of the level below; a missing right child is skipped.
//
// A cube of 16 * 2^k pixels that starts at a multiple of its size is one node of that tree, so a map call
// folds its pixels with TreeFold over leaves and the reduce folds the cubes' nodes, in order, with another
// TreeFold.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace fanfold::kernels {

inline constexpr std::size_t k_leaf_pixels = 16;

// Combine is callable as `void(Node& left, Node&& right)`: left becomes left + right.
// Holds at most log2(pushed nodes) + 1 nodes. Not thread-safe.
template <typename Node, typename Combine>
class TreeFold {
 public:
  explicit TreeFold(Combine combine) : m_combine(std::move(combine)) {}

  // The next node of the lowest level, in order.
  void push(Node node) {
    std::size_t level = 0;
    while (!m_stack.empty() && m_stack.back().level == level) {
      Entry left = std::move(m_stack.back());
      m_stack.pop_back();
      m_combine(left.node, std::move(node));
      node = std::move(left.node);
      ++level;
    }
    m_stack.push_back({level, std::move(node)});
  }

  // The root; nothing where nothing was pushed. Leaves the fold empty.
  std::optional<Node> finish() {
    if (m_stack.empty()) return std::nullopt;
    Node node = std::move(m_stack.back().node);
    m_stack.pop_back();
    while (!m_stack.empty()) {
      Node left = std::move(m_stack.back().node);
      m_stack.pop_back();
      m_combine(left, std::move(node));
      node = std::move(left);
    }
    return node;
  }

 private:
  struct Entry {
    std::size_t level;
    Node node;
  };
  Combine m_combine;
  std::vector<Entry> m_stack;
};

}  // namespace fanfold::kernels
