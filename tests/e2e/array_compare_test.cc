#include "tests/e2e/array_compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

TEST(ArraysEqual, AcceptsEqualArrays) {
  const std::array a{1.0, -0.0, k_nan, 3.5};
  EXPECT_TRUE(arrays_equal("x", a, a, Tolerance::exact));
  EXPECT_TRUE(arrays_equal("x", {}, {}, Tolerance::exact));
}

TEST(ArraysEqual, SeesTheLastBitWhereExact) {
  const std::array expected{1.0, 2.0};
  const std::array actual{1.0, std::nextafter(2.0, 3.0)};
  EXPECT_FALSE(arrays_equal("x", expected, actual, Tolerance::exact));
  EXPECT_TRUE(arrays_equal("x", expected, actual, Tolerance::relative));
  EXPECT_FALSE(arrays_equal("x", std::array{0.0}, std::array{-0.0}, Tolerance::exact));
}

TEST(ArraysEqual, DrawsTheLineAtOneInATrillion) {
  EXPECT_TRUE(arrays_equal("x", std::array{1e9}, std::array{1e9 * (1 + 0.9e-12)}, Tolerance::relative));
  EXPECT_FALSE(arrays_equal("x", std::array{1e9}, std::array{1e9 * (1 + 1.2e-12)}, Tolerance::relative));
  EXPECT_FALSE(arrays_equal("x", std::array{0.0}, std::array{1e-300}, Tolerance::relative));
  EXPECT_FALSE(arrays_equal("x", std::array{1.0}, std::array{k_nan}, Tolerance::relative));
}

TEST(ArraysEqual, TellsWhatDiffersAndWhere) {
  const auto result =
      arrays_equal("c_default: lag", std::array{1.0, 2.0, 3.0}, std::array{1.0, 2.5, 3.5}, Tolerance::exact);
  EXPECT_THAT(result.message(),
              HasSubstr("c_default: lag: 2 of 3 values differ; the first at index 1: expected 2, "
                        "actual 2.5 (exact)"));
}

TEST(ArraysEqual, ComparesLengths) {
  EXPECT_THAT(arrays_equal("x", std::array{1.0}, {}, Tolerance::exact).message(),
              HasSubstr("expected 1 values, found 0"));
}

TEST(BytesEqual, TellsTheOffset) {
  EXPECT_TRUE(bytes_equal("x", "abc", "abc"));
  EXPECT_THAT(bytes_equal("x", "abc", "abd").message(), HasSubstr("byte 2 differs: expected 99, actual 100"));
  EXPECT_THAT(bytes_equal("x", "abc", "ab").message(), HasSubstr("expected 3 bytes, found 2"));
}

TEST(ToleranceOf, IsExactForAllButSums) {
  for (const char* name : {"mass_run1_img1", "common_mass_1", "lag_low_run1", "MAX_run1_img1",
                           "proc_base_run1_img1", "merged-peakmatrix_mass", "merged-peakmatrix_binSize",
                           "merged-peakmatrix_intensity_rowmajor_30x11"}) {
    EXPECT_EQ(tolerance_of(name), Tolerance::exact) << name;
  }
  for (const char* name :
       {"TIC_run1_img1", "RMS_run1_img1", "mean_run1_img1", "proc_mean_run1_img1", "overall_average_run1",
        "reference_smoothed_run1", "internal_ref_score_imgIndex1_ID1_run1",
        "merged-peakmatrix_SNR_rowmajor_30x11", "c-proc-peakmatrix_area_rowmajor_30x11"}) {
    EXPECT_EQ(tolerance_of(name), Tolerance::relative) << name;
  }
}

TEST(ToDoubles, ReadsThemInOrder) {
  const std::array values{1.5, -2.0};
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), sizeof values);
  EXPECT_EQ(to_doubles(bytes), (std::vector<double>{1.5, -2.0}));
}

}  // namespace
}  // namespace fanfold::e2e
