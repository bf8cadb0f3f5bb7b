#include "orchestrator/engine/calibrant_matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace fanfold {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<double> measured_in(const CalibrantMatches& result) {
  std::vector<double> measured;
  for (const MatchedCalibrant& match : result.matches) measured.push_back(match.measured);
  return measured;
}

const std::vector<double> k_peaks{199.99, 200.02, 300.03, 500};

TEST(MatchCalibrants, TakesTheNearestPeakWithinTheTolerance) {
  const std::vector<Calibrant> calibrants{{"a", 300, {}, 1}, {"b", 200, {}, 2}};
  const CalibrantMatches result = match_calibrants(calibrants, k_peaks, 100);
  EXPECT_THAT(measured_in(result), ElementsAre(300.03, 199.99));
  EXPECT_EQ(result.matches[0].calibrant, &calibrants[0]);
  EXPECT_TRUE(result.matches[0].found);
  EXPECT_THAT(result.warnings, IsEmpty());
}

TEST(MatchCalibrants, LeavesOutAndNamesWhatHasNoPeak) {
  const std::vector<Calibrant> calibrants{{"a", 300, {}, 1}, {"", 400.5, {}, 2}, {"c", 600, {}, 3}};
  const CalibrantMatches result = match_calibrants(calibrants, k_peaks, 200);
  EXPECT_THAT(measured_in(result), ElementsAre(300.03));
  EXPECT_THAT(result.warnings, ElementsAre(AllOf(HasSubstr("2 of 3 calibrants"),
                                                 HasSubstr("within 200 ppm of them: 400.5, c (600)"))));
  EXPECT_EQ(match_calibrants(calibrants, {}, 200).matches.size(), 0u);
}

TEST(MatchCalibrants, LeavesOutThoseThatShareAPeak) {
  const std::vector<Calibrant> calibrants{{"a", 300, {}, 1},
                                          {"b", 300.01, {}, 2},
                                          {"given", 500.1, 500, 3},
                                          {"d", 500.01, {}, 4},
                                          {"e", 200, {}, 5}};
  const CalibrantMatches result = match_calibrants(calibrants, k_peaks, 200);
  EXPECT_THAT(measured_in(result), ElementsAre(500, 199.99));
  EXPECT_FALSE(result.matches[0].found);
  EXPECT_THAT(result.warnings,
              ElementsAre(HasSubstr("another calibrant's too: a (300), b (300.01), d (500.01)")));
}

TEST(MatchCalibrants, TakesAGivenMassHoweverFarItIs) {
  const std::vector<Calibrant> calibrants{{"a", 300, 310, 1}};
  EXPECT_THAT(measured_in(match_calibrants(calibrants, {}, 1)), ElementsAre(310));
}

TEST(MatchCalibrants, NamesAFewOfMany) {
  std::vector<Calibrant> calibrants;
  for (std::size_t i = 0; i < 8; ++i) calibrants.push_back({"", 1000.0 + static_cast<double>(i), {}, i + 1});
  EXPECT_THAT(match_calibrants(calibrants, k_peaks, 10).warnings,
              ElementsAre(HasSubstr("1003, 1004 and 3 more")));
}

TEST(PeakMasses, AreThoseOfThePeaksAboveTheNoise) {
  std::vector<double> axis, spectrum;
  for (std::size_t i = 0; i < 512; ++i) {
    axis.push_back(400 + 0.01 * static_cast<double>(i));
    const double distance = static_cast<double>(i) - 200;
    spectrum.push_back(1 + (std::fabs(distance) < 4 ? 100 * (16 - distance * distance) / 16 : 0));
  }
  Parameters parameters;
  parameters.calibration.snr = 2;  // a short spectrum's noise holds much of its one peak
  const std::vector<double> masses = peak_masses(spectrum, axis, parameters);
  ASSERT_EQ(masses.size(), 1u);
  EXPECT_NEAR(masses[0], 402, 1e-9);
  parameters.calibration.snr = 1000;
  EXPECT_THAT(peak_masses(spectrum, axis, parameters), IsEmpty());
}

}  // namespace
}  // namespace fanfold
