#pragma once

#include <vector>

namespace fanfold::kernels {

struct Quartiles {
  double q1;
  double q3;
};

// First and third quartile with linear interpolation between order statistics (type 7 of Hyndman and Fan).
// NaNs are left out; with no value left both are 0. O(n log n).
Quartiles quartiles(std::vector<double> values);

}  // namespace fanfold::kernels
