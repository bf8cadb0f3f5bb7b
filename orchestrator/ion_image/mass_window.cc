#include "orchestrator/ion_image/mass_window.h"

#include <cmath>

namespace fanfold::ion_image {

std::optional<std::size_t> nearest_mass(std::span<const double> masses, double mz) {
  std::optional<std::size_t> best;
  double best_distance = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < masses.size(); ++i) {
    const double distance = std::fabs(masses[i] - mz);
    if (!(distance < best_distance)) continue;
    best = i;
    best_distance = distance;
  }
  return best;
}

Error nothing_within(const MassWindow& window, std::string_view candidates, std::optional<double> nearest) {
  if (!nearest) {
    return make_error(ErrorKind::not_found, "there is no {} at all, so none at m/z {}", candidates,
                      window.mz);
  }
  return make_error(
      ErrorKind::not_found,
      "no {} lies within {} ppm of m/z {}; the nearest is at {:.6f}, {:.4g} ppm away: choose that, or a "
      "larger --ppm",
      candidates, window.ppm, window.mz, *nearest, std::fabs(*nearest - window.mz) / window.mz * 1e6);
}

}  // namespace fanfold::ion_image
