#include "runtime/core/nearest_name.h"

#include <gtest/gtest.h>

#include <array>

namespace fanfold {
namespace {

TEST(EditDistance, CountsChangesIgnoringCase) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("SNR", "snr"), 0u);
}

TEST(NearestName, IsTheFirstOfTheNearest) {
  const std::array<std::string_view, 3> known{"alpha", "beta", "bets"};
  EXPECT_EQ(nearest_name("beto", known), "beta");
  EXPECT_EQ(nearest_name("x", std::array<std::string_view, 0>{}), "");
  EXPECT_EQ(nearest_name(std::string(1'000'000, 'a'), known), "alpha");
}

}  // namespace
}  // namespace fanfold
