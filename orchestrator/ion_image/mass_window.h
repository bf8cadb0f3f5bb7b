// The masses that are asked for, with their tolerance, and how far the nearest candidate was where there was
// none within it.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold::ion_image {

// [mz * (1 - ppm * 1e-6), mz * (1 + ppm * 1e-6)]
struct MassWindow {
  double mz = 0;
  double ppm = 0;
  double low() const { return mz * (1 - ppm * 1e-6); }
  double high() const { return mz * (1 + ppm * 1e-6); }
  bool contains(double mass) const { return mass >= low() && mass <= high(); }
};

// The index of the mass nearest to the window's centre, the first of equally near ones, wherever it lies;
// nothing where there is no mass. Masses in any order.
std::optional<std::size_t> nearest_mass(std::span<const double> masses, double mz);

// "no bin of 'a.zarr' lies within 5 ppm of m/z 760.58; the nearest is 760.61, 39.4 ppm away (--ppm)".
// `candidates`: "bin of 'a.zarr'"; `nearest` absent: there are none at all.
Error nothing_within(const MassWindow& window, std::string_view candidates, std::optional<double> nearest);

}  // namespace fanfold::ion_image
