#include "orchestrator/ion_image/normalization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace fanfold::ion_image {
namespace {

using ::testing::DoubleEq;
using ::testing::Each;
using ::testing::ElementsAre;

TEST(Normalization, DividesByTheNormAndMultipliesWithTheirMean) {
  EXPECT_THAT(normalization_factors(std::vector<double>{1, 2, 6}), ElementsAre(3, 1.5, 0.5));
  EXPECT_THAT(normalization_factors(std::vector<double>{4, 4}), ElementsAre(1, 1));
}

TEST(Normalization, PassesOverNormsThatAreNone) {
  constexpr double k_inf = std::numeric_limits<double>::infinity();
  constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(normalization_factors(std::vector<double>{2, 0, 4, -1, k_inf, k_nan}),
              ElementsAre(1.5, 0, 0.75, 0, 0, 0));
  EXPECT_THAT(normalization_factors(std::vector<double>{0, 0}), Each(0));
  EXPECT_TRUE(normalization_factors({}).empty());
}

TEST(Normalization, DoesNotOverflow) {
  EXPECT_THAT(normalization_factors(std::vector<double>{1e308, 1e308, 1e308}), Each(DoubleEq(1)));
}

}  // namespace
}  // namespace fanfold::ion_image
