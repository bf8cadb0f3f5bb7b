// What the mass calibration of one group of images did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fanfold {

// A known compound that took part. Residuals are measured - reference, in ppm of the reference.
struct CalibrationPair {
  std::string name;  // may be empty
  double reference = 0;
  double measured = 0;
  bool matched = false;  // `measured` is a peak of the reference spectrum; false: it was given
  double residual_before_ppm = 0;
  double residual_after_ppm = 0;  // of the calibrated mass
};

struct CalibrationReport {
  std::uint32_t group = 0;
  std::string method;  // as the parameter says it
  std::vector<CalibrationPair> pairs;
  double rms_before_ppm = 0;  // of the residuals
  double rms_after_ppm = 0;
  // The smallest and the largest correction on the mass axis, ppm: far beyond those of the pairs, the curve
  // has run away where there are none.
  double lowest_shift_ppm = 0;
  double highest_shift_ppm = 0;
};

// Two lines of sums and one per pair, at most `most_pairs` of them: for people.
std::vector<std::string> calibration_lines(const CalibrationReport& calibration, std::size_t most_pairs);

}  // namespace fanfold
