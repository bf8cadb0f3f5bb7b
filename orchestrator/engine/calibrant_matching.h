// Which peaks of a spectrum belong to known compounds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "orchestrator/job/calibration_table.h"
#include "runtime/protocol/parameters.h"

namespace fanfold {

struct MatchedCalibrant {
  const Calibrant* calibrant = nullptr;
  double measured = 0;
  bool found = false;  // `measured` is a peak's; false: the table gives it
};

struct CalibrantMatches {
  std::vector<MatchedCalibrant> matches;  // in the order of the table
  std::vector<std::string> warnings;
};

// m/z of the peaks of a spectrum on `axis`, ascending: picked as those of the job are, but for their least
// signal-to-noise ratio. REQUIRES: equal sizes.
std::vector<double> peak_masses(std::span<const double> spectrum, std::span<const double> axis,
                                const Parameters& parameters);

// A calibrant without a measured mass is given the peak nearest to its reference mass, where that is within
// the tolerance and no other calibrant's. `peaks` ascend. The result points into `calibrants`.
CalibrantMatches match_calibrants(std::span<const Calibrant> calibrants, std::span<const double> peaks,
                                  double tolerance_ppm);

// "DHB (155.0339)"
std::string label_of(const Calibrant& calibrant);

}  // namespace fanfold
