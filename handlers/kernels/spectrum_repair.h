// What is done about numbers that no detector counts and masses that do not ascend. All functions are pure
// and thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fanfold::kernels {

// Neither NaN nor infinite. True for none.
bool all_finite(std::span<const double> values);
// Finite, and no value below the one before it: equal values are fine.
bool is_mass_axis(std::span<const double> masses);

// Values that are not finite become 0. Returns how many.
std::size_t zero_not_finite(std::span<double> values);

// Points whose mass is not finite are left out; the others are sorted by mass, points of equal mass in the
// order they came. Intensities stay with their masses. REQUIRES: equal sizes. O(n) where nothing is to do.
void sort_by_mass(std::vector<double>& masses, std::vector<double>& intensities);

}  // namespace fanfold::kernels
