// The search for the nearest mass that binning and the peak matrix share: scan upward, the first of equally
// near ones wins, stop behind the first mass above the target.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace fanfold::kernels {

// The definition. REQUIRES: items not empty. NaN is never near; index 0 where nothing is.
template <typename T, typename MassOf>
std::size_t nearest_by_scan(std::span<const T> items, double target, MassOf mass_of) {
  std::size_t best = 0;
  double best_distance = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const double distance = std::fabs(target - mass_of(items[i]));
    if (distance < best_distance) {
      best = i;
      best_distance = distance;
    }
    if (mass_of(items[i]) > target) break;
  }
  return best;
}

// The same index in O(log n). REQUIRES: items not empty, masses ascending, no NaN.
template <typename T, typename MassOf>
std::size_t nearest_in_order(std::span<const T> items, double target, MassOf mass_of) {
  const auto above = std::upper_bound(items.begin(), items.end(), target,
                                      [&](double value, const T& item) { return value < mass_of(item); });
  if (above == items.begin()) return 0;
  auto best = static_cast<std::size_t>(above - items.begin()) - 1;
  const double below_distance = std::fabs(target - mass_of(items[best]));
  if (above != items.end() && std::fabs(target - mass_of(*above)) < below_distance) return best + 1;
  // Equal masses, or masses whose distances round to the same: the scan keeps the first.
  while (best > 0 && std::fabs(target - mass_of(items[best - 1])) == below_distance) --best;
  return best;
}

}  // namespace fanfold::kernels
