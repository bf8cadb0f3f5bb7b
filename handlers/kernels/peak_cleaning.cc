#include "handlers/kernels/peak_cleaning.h"

#include <algorithm>
#include <cmath>

namespace fanfold::kernels {
namespace {

bool is_positive(double value) {
  return std::isfinite(value) && value > 0.0;
}

// The first of each run of equal masses takes the run's highest peak; the others go.
void keep_highest_of_equal_mass(std::vector<Peak>& peaks) {
  auto kept = peaks.begin();
  for (auto peak = peaks.begin(); peak != peaks.end(); ++peak) {
    if (kept != peaks.begin() && (kept - 1)->mass == peak->mass) {
      if (peak->intensity > (kept - 1)->intensity) *(kept - 1) = *peak;
    } else {
      *kept++ = *peak;
    }
  }
  peaks.erase(kept, peaks.end());
}

}  // namespace

std::size_t clean_peaks(std::vector<Peak>& peaks) {
  std::size_t damaged = 0;
  std::erase_if(peaks, [&damaged](const Peak& peak) {
    if (is_positive(peak.mass) && is_positive(peak.intensity)) return false;
    if (peak.intensity != 0.0) ++damaged;
    return true;
  });
  if (!std::ranges::is_sorted(peaks, {}, &Peak::mass)) std::ranges::stable_sort(peaks, {}, &Peak::mass);
  keep_highest_of_equal_mass(peaks);
  return damaged;
}

std::size_t drop_damaged_peaks(std::vector<Peak>& peaks) {
  return std::erase_if(peaks, [](const Peak& peak) {
    return !is_positive(peak.mass) || !is_positive(peak.bin_size) || !std::isfinite(peak.intensity);
  });
}

}  // namespace fanfold::kernels
