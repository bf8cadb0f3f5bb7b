#include "handlers/spectra/leaf_fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace fanfold::handlers {
namespace {

std::vector<double> random_values(std::size_t count) {
  std::mt19937_64 engine(42);
  std::uniform_real_distribution<double> values(-1e6, 1e6);
  std::vector<double> out(count);
  for (double& value : out) value = values(engine);
  return out;
}

// The sum over the fixed tree, by its definition: leaves of 16 in order, then pairs, a missing right child
// skipped.
double tree_sum(std::vector<double> values) {
  std::vector<double> nodes;
  for (std::size_t first = 0; first < values.size(); first += 16) {
    double leaf = 0;
    for (std::size_t i = first; i < std::min(first + 16, values.size()); ++i) leaf += values[i];
    nodes.push_back(leaf);
  }
  while (nodes.size() > 1) {
    std::vector<double> above;
    for (std::size_t i = 0; i < nodes.size(); i += 2) {
      above.push_back(i + 1 < nodes.size() ? nodes[i] + nodes[i + 1] : nodes[i]);
    }
    nodes = std::move(above);
  }
  return nodes.empty() ? 0 : nodes.front();
}

// The same through cubes, as maps and reduce do it.
double cube_sum(const std::vector<double>& values, std::size_t cube) {
  ChannelNodes nodes;
  for (std::size_t first = 0; first < values.size(); first += cube) {
    const std::size_t pixels = std::min(cube, values.size() - first);
    ChannelLeaves leaves(first, pixels, 1, 1);
    for (std::size_t i = first; i < first + pixels; ++i) leaves.leaf_of(i).sum[0] += values[i];
    nodes.push(leaves.finish());
  }
  return nodes.finish()->sum[0];
}

TEST(ChannelFold, IsTheFixedTreeWhateverTheCubes) {
  for (const std::size_t pixels : {1u, 15u, 16u, 17u, 32u, 33u, 47u, 100u, 1000u, 1023u, 1025u}) {
    const std::vector<double> values = random_values(pixels);
    const double expected = tree_sum(values);
    for (const std::size_t cube : {16u, 32u, 64u, 128u, 2048u}) {
      EXPECT_EQ(cube_sum(values, cube), expected) << pixels << " pixels in cubes of " << cube;
    }
  }
}

TEST(ChannelFold, CountsLeavesWithoutContributionAsZero) {
  const std::vector<double> values = random_values(200);
  std::vector<double> sparse(values.size());
  ChannelLeaves leaves(0, values.size(), 1, 0);
  for (const std::size_t pixel : {3u, 90u, 91u, 199u}) {
    sparse[pixel] = values[pixel];
    leaves.leaf_of(pixel).sum[0] += values[pixel];
  }
  EXPECT_EQ(leaves.finish().sum[0], tree_sum(sparse));
}

TEST(ChannelFold, OfNothingIsZero) {
  ChannelLeaves leaves(0, 40, 3, 2);
  const ChannelFold node = leaves.finish();
  EXPECT_EQ(node.sum, (std::vector<double>{0, 0, 0}));
  EXPECT_EQ(node.maximum, (std::vector<double>{0, 0}));
}

TEST(ChannelFold, MaximumIsNeverBelowZero) {
  ChannelLeaves leaves(0, 2, 1, 1);
  for (std::uint64_t pixel = 0; pixel < 2; ++pixel)
    kernels::maximum(leaves.leaf_of(pixel).maximum, std::vector{-5.0});
  EXPECT_EQ(leaves.finish().maximum[0], 0.0);
}

TEST(ChannelNodes, DivideTheSumByThePixels) {
  ChannelNodes nodes;
  nodes.push({{6.0, 9.0}, {1.0, 2.0}});
  std::vector<double> mean, base;
  nodes.finish_means(3, mean, base);
  EXPECT_EQ(mean, (std::vector<double>{2.0, 3.0}));
  EXPECT_EQ(base, (std::vector<double>{1.0, 2.0}));
}

}  // namespace
}  // namespace fanfold::handlers
