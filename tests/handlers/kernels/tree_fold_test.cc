#include "handlers/kernels/tree_fold.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace fanfold::kernels {
namespace {

using Text = std::string;

void join(Text& left, Text&& right) {
  left = "(" + left + right + ")";
}

Text leaf(std::size_t i) {
  return std::string(1, static_cast<char>('a' + i));
}

// The definition, level by level.
std::optional<Text> naive(std::size_t count) {
  std::vector<Text> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back(leaf(i));
  while (nodes.size() > 1) {
    std::vector<Text> above;
    for (std::size_t i = 0; i < nodes.size(); i += 2) {
      above.push_back(nodes[i]);
      if (i + 1 < nodes.size()) join(above.back(), std::move(nodes[i + 1]));
    }
    nodes = std::move(above);
  }
  if (nodes.empty()) return std::nullopt;
  return nodes[0];
}

TEST(TreeFold, IsTheTreeOfTheDefinition) {
  for (std::size_t count = 0; count <= 26; ++count) {
    TreeFold<Text, decltype(&join)> fold(&join);
    for (std::size_t i = 0; i < count; ++i) fold.push(leaf(i));
    EXPECT_EQ(fold.finish(), naive(count)) << count;
  }
}

TEST(TreeFold, GivesTheSameTreeWhenCubesAreFoldedFirst) {
  for (std::size_t count = 1; count <= 26; ++count) {
    for (const std::size_t cube : {1U, 2U, 4U, 8U, 16U}) {
      TreeFold<Text, decltype(&join)> whole(&join);
      for (std::size_t begin = 0; begin < count; begin += cube) {
        TreeFold<Text, decltype(&join)> part(&join);
        for (std::size_t i = begin; i < std::min(begin + cube, count); ++i) part.push(leaf(i));
        whole.push(part.finish().value());
      }
      EXPECT_EQ(whole.finish(), naive(count)) << count << " in cubes of " << cube;
    }
  }
}

TEST(TreeFold, IsEmptyAfterFinish) {
  TreeFold<Text, decltype(&join)> fold(&join);
  EXPECT_FALSE(fold.finish().has_value());
  fold.push("x");
  fold.push("y");
  fold.push("z");
  EXPECT_EQ(fold.finish(), "((xy)z)");
  EXPECT_FALSE(fold.finish().has_value());
  fold.push("w");
  EXPECT_EQ(fold.finish(), "w");
}

TEST(TreeFold, MovesNodesThatCannotBeCopied) {
  const auto add = [](std::unique_ptr<int>& left, std::unique_ptr<int>&& right) {
    *left = *left * 10 + *right;
  };
  TreeFold<std::unique_ptr<int>, decltype(add)> fold(add);
  for (int i = 1; i <= 3; ++i) fold.push(std::make_unique<int>(i));
  EXPECT_EQ(**fold.finish(), 123);
}

}  // namespace
}  // namespace fanfold::kernels
