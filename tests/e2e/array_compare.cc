#include "tests/e2e/array_compare.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iomanip>
#include <limits>

namespace fanfold::e2e {
namespace {

constexpr double k_relative_tolerance = 1e-12;

bool equal(double expected, double actual, Tolerance tolerance) {
  if (std::isnan(expected) || std::isnan(actual)) return std::isnan(expected) && std::isnan(actual);
  if (std::bit_cast<std::uint64_t>(expected) == std::bit_cast<std::uint64_t>(actual)) return true;
  if (tolerance == Tolerance::exact) return false;
  return std::fabs(expected - actual) <=
         k_relative_tolerance * std::max(std::fabs(expected), std::fabs(actual));
}

}  // namespace

::testing::AssertionResult arrays_equal(std::string_view what, std::span<const double> expected,
                                        std::span<const double> actual, Tolerance tolerance) {
  if (expected.size() != actual.size()) {
    return ::testing::AssertionFailure()
           << what << ": expected " << expected.size() << " values, found " << actual.size();
  }
  std::size_t differing = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (equal(expected[i], actual[i], tolerance)) continue;
    if (differing++ == 0) first = i;
  }
  if (differing == 0) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << std::setprecision(17) << what << ": " << differing << " of " << expected.size()
         << " values differ; the first at index " << first << ": expected " << expected[first] << ", actual "
         << actual[first] << " (" << (tolerance == Tolerance::exact ? "exact" : "1e-12 relative") << ")";
}

::testing::AssertionResult bytes_equal(std::string_view what, std::string_view expected,
                                       std::string_view actual) {
  if (expected.size() != actual.size()) {
    return ::testing::AssertionFailure()
           << what << ": expected " << expected.size() << " bytes, found " << actual.size();
  }
  const auto differing = std::mismatch(expected.begin(), expected.end(), actual.begin());
  if (differing.first == expected.end()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << what << ": byte " << (differing.first - expected.begin()) << " differs: expected "
         << static_cast<int>(static_cast<unsigned char>(*differing.first)) << ", actual "
         << static_cast<int>(static_cast<unsigned char>(*differing.second));
}

Tolerance tolerance_of(std::string_view name) {
  constexpr std::array<std::string_view, 6> k_relative_starts{
      "TIC_", "RMS_", "mean_", "overall_average_", "reference_smoothed_", "internal_ref_score_"};
  for (const std::string_view start : k_relative_starts) {
    if (name.starts_with(start)) return Tolerance::relative;
  }
  constexpr std::array<std::string_view, 3> k_relative_parts{"proc_mean_", "_SNR_rowmajor", "_area_rowmajor"};
  for (const std::string_view part : k_relative_parts) {
    if (name.find(part) != std::string_view::npos) return Tolerance::relative;
  }
  return Tolerance::exact;
}

std::vector<double> to_doubles(std::string_view bytes) {
  EXPECT_EQ(bytes.size() % sizeof(double), 0u);
  std::vector<double> values(bytes.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
  return values;
}

}  // namespace fanfold::e2e
