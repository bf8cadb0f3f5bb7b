#include "handlers/kernels/quartiles.h"

#include <gtest/gtest.h>

#include <limits>

namespace fanfold::kernels {
namespace {

TEST(Quartiles, AreTypeSeven) {
  const Quartiles four = quartiles({4.0, 1.0, 3.0, 2.0});
  EXPECT_EQ(four.q1, 1.75);
  EXPECT_EQ(four.q3, 3.25);
  const Quartiles six = quartiles({10.0, 20.0, 30.0, 40.0, 50.0, 60.0});
  EXPECT_EQ(six.q1, 22.5);
  EXPECT_EQ(six.q3, 47.5);
}

TEST(Quartiles, AreOrderStatisticsWhereThePositionIsWhole) {
  const Quartiles five = quartiles({5.0, 4.0, 3.0, 2.0, 1.0});
  EXPECT_EQ(five.q1, 2.0);
  EXPECT_EQ(five.q3, 4.0);
}

TEST(Quartiles, AreExactBetweenEqualValues) {
  const Quartiles equal = quartiles({0.1, 0.1, 0.1, 0.1, 0.1, 0.1});
  EXPECT_EQ(equal.q1, 0.1);
  EXPECT_EQ(equal.q3, 0.1);
  const Quartiles infinite = quartiles(std::vector<double>(4, std::numeric_limits<double>::infinity()));
  EXPECT_EQ(infinite.q1, std::numeric_limits<double>::infinity());
}

TEST(Quartiles, OfOneAndTwoAndNoValues) {
  EXPECT_EQ(quartiles({7.0}).q1, 7.0);
  EXPECT_EQ(quartiles({7.0}).q3, 7.0);
  EXPECT_EQ(quartiles({1.0, 2.0}).q1, 1.25);
  EXPECT_EQ(quartiles({1.0, 2.0}).q3, 1.75);
  EXPECT_EQ(quartiles({}).q1, 0.0);
  EXPECT_EQ(quartiles({}).q3, 0.0);
}

TEST(Quartiles, LeaveOutNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(quartiles({nan, 5.0, 4.0, nan, 3.0, 2.0, 1.0}).q1, 2.0);
  EXPECT_EQ(quartiles({nan, nan}).q3, 0.0);
}

}  // namespace
}  // namespace fanfold::kernels
