// Comparison of arrays of doubles that tells what differs: case, array, index, expected, actual.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fanfold::e2e {

enum class Tolerance {
  exact,    // the same bits; every NaN equals every other
  relative  // within 1e-12 of the larger magnitude
};

// `what` stands at the start of the message: "c_default: TIC_run1_img1".
::testing::AssertionResult arrays_equal(std::string_view what, std::span<const double> expected,
                                        std::span<const double> actual, Tolerance tolerance);
// Bytes, with the offset of the first difference.
::testing::AssertionResult bytes_equal(std::string_view what, std::string_view expected,
                                       std::string_view actual);

// Which tolerance an array of this name is held to.
Tolerance tolerance_of(std::string_view array_name);

// The doubles of a little-endian file or of a part of it; fails the test where the size is no multiple of 8.
std::vector<double> to_doubles(std::string_view bytes);

}  // namespace fanfold::e2e
