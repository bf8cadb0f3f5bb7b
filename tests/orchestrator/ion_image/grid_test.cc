#include "orchestrator/ion_image/grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace fanfold::ion_image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;

TEST(Grid, SpansThePositionsAndLeavesTheOthersEmpty) {
  const IonImage image{"a", {-1, 1, 0}, {5, 5, 6}, {}, {{1, 2, 3}, {10, 20, 30}}};
  const auto grid = Grid::around(image);
  ASSERT_TRUE(grid);
  EXPECT_EQ(grid->columns(), 3u);
  EXPECT_EQ(grid->rows(), 2u);
  EXPECT_THAT(grid->raster(image, 0), ElementsAre(1, IsNan(), 2, IsNan(), 3, IsNan()));
  EXPECT_THAT(grid->raster(image, 1), ElementsAre(10, IsNan(), 20, IsNan(), 30, IsNan()));
}

TEST(Grid, KeepsTheLargestOfEqualPositions) {
  const IonImage image{"a", {1, 1, 1}, {1, 1, 1}, {}, {{-7, -5, -6}}};
  EXPECT_THAT(Grid::around(image)->raster(image, 0), ElementsAre(-5));
}

TEST(Grid, RefusesPositionsThatAreScatteredTooFar) {
  constexpr std::int32_t k_far = std::numeric_limits<std::int32_t>::max();
  for (const IonImage& image :
       {IonImage{"far", {-k_far, k_far}, {-k_far, k_far}, {}, {}},
        IonImage{"far", {0, k_far}, {0, 0}, {}, {}}, IonImage{"far", {0, 20'000}, {0, 20'000}, {}, {}}}) {
    const auto grid = Grid::around(image);
    ASSERT_FALSE(grid);
    EXPECT_EQ(grid.error().kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(grid.error().message(), HasSubstr("2 pixels of 'far' are scattered over"));
  }
  EXPECT_TRUE(Grid::around(IonImage{"wide", {0, 16'383}, {0, 16'383}, {}, {}}));
  EXPECT_THAT(Grid::around(IonImage{"none", {}, {}, {}, {}}).error().message(), HasSubstr("no pixel"));
}

}  // namespace
}  // namespace fanfold::ion_image
