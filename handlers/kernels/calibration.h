// Mass calibration: a curve from measured to true masses through pairs of them, and its application to
// spectra. Made of + - * / and comparisons alone: equal bits on every machine.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fanfold::kernels {

struct MassPair {
  double measured;
  double reference;
};

enum class CalibrationCurve { linear, local };

// Below them the curve is not determined.
constexpr std::size_t fewest_pairs(CalibrationCurve curve) {
  return curve == CalibrationCurve::linear ? 2 : 5;
}

// What is fitted is reference - measured, the shift, over the measured mass; as both fits reproduce straight
// lines, that is the fit of reference over measured without its loss of digits.
//
// linear: ordinary least squares.
// local: at every mass x the parabola of weighted least squares through the q nearest pairs, evaluated at x;
// weights (1 - (distance / h)^3)^3, h being the distance of the q-th (loess of degree 2, span 0.75, without
// interpolation: Cleveland and Devlin 1988). q = floor(0.75 n), but at least 5: with fewer the weights leave
// no three pairs where two are equally far, and the curve jumps. Beyond the outermost pairs the parabola goes
// on. Immutable, so thread-safe.
class MassCalibration {
 public:
  // In any order; the order changes no bit. REQUIRES: at least fewest_pairs(curve); all finite, measured
  // masses different from each other.
  MassCalibration(CalibrationCurve curve, std::vector<MassPair> pairs);

  // O(log n) and O(q).
  double calibrated(double mass) const { return mass + shift_at(mass); }

 private:
  double shift_at(double mass) const;
  double local_shift_at(double mass) const;

  CalibrationCurve m_curve;
  std::vector<MassPair> m_pairs;  // by measured mass
  double m_centre = 0;            // linear: shift = m_offset + m_slope * (mass - m_centre)
  double m_offset = 0;
  double m_slope = 0;
};

// The first channel where a calibrated axis is not finite and positive or does not ascend strictly; channels
// of one mass in `axis` may share one. REQUIRES: equal sizes.
std::optional<std::size_t> first_disorder(std::span<const double> axis, std::span<const double> calibrated);

// Masses of a spectrum, in place: the shift of the axis (calibrated - axis) is interpolated linearly between
// channels; beyond the ends it stays what it is there. A mass of the axis becomes that of the calibrated axis
// to the bit where the two are within a factor of two; order is kept. Masses need not be sorted.
// REQUIRES: equal sizes of the axes, not empty, first_disorder() finds none.
void calibrate_masses(std::span<const double> axis, std::span<const double> calibrated,
                      std::span<double> masses);

}  // namespace fanfold::kernels
