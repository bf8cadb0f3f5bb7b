#include "runtime/core/nearest_name.h"

#include <gtest/gtest.h>

#include <array>

namespace fanfold {
namespace {

TEST(EditDistance, CountsChangesAdditionsAndRemovals) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("WinSize", "winsize"), 0u);
}

TEST(NearestName, IsTheOneThatWasMeant) {
  constexpr std::array<std::string_view, 3> k_known{"smoothing", "alignment", "peakpicking"};
  EXPECT_EQ(nearest_name("alignement", k_known), "alignment");
  EXPECT_EQ(nearest_name("peakPiking", k_known), "peakpicking");
  EXPECT_EQ(nearest_name("", std::array<std::string_view, 0>{}), "");
}

}  // namespace
}  // namespace fanfold
