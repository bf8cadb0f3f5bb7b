// Alignment of spectra with a reference: find by cross-correlation how far the low, middle and high parts of
// a spectrum are displaced, and warp its masses so that they fit.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "handlers/kernels/batch.h"

namespace fanfold::kernels {

struct AlignmentOptions {
  bool bilinear = false;         // three anchors instead of two
  int iterations = 1;            // below 1: nothing is aligned, lags are 0
  double max_shift_ppm = 200.0;  // a larger lag counts as 0
  double ref_low = 0.1;          // anchors, as fractions of the number of channels
  double ref_mid = 0.5;
  double ref_high = 0.9;
  int oversampling = 2;  // resolution of the correlation, rounded up so that lengths are powers of two
  double window_relative =
      0.6;  // length of a part as a fraction of the number of channels; kept in [1 channel, all]
  // rMSI2 cuts the reference before it clamps the anchors to the axis, and the spectra after: an anchor
  // of 1.0 then finds a displacement of one channel that is not there. False: clamp first.
  bool clamp_reference_late = false;
};

// In channels, after the limit, of the first iteration. A spectrum displaced upward by s has lag -s.
struct Lags {
  double low = 0.0;
  double mid = 0.0;  // 0 in linear mode, which does not use it
  double high = 0.0;
};

struct AlignRow {
  std::span<double> row;     // in: the spectrum on the axis, smoothed; out: aligned
  std::span<double> masses;  // in: the spectrum's own masses; out: warped. Empty: the axis is its masses
  std::span<const double>
      intensities;  // at masses, never changed; empty where masses is: the row as it came in
  Lags lags;        // out
};

// Anchors that fall on one mass leave no scale: the warp is then left out (rMSI2 divides by zero).
// One spectrum's result does not depend on the others of the call. Not thread-safe: one per thread.
class Aligner {
 public:
  // Keeps `axis`, which must outlive it, and not `reference`.
  // REQUIRES: axis ascending, not empty, reference.size() == axis.size().
  Aligner(const AlignmentOptions& options, std::span<const double> axis, std::span<const double> reference);
  ~Aligner();
  Aligner(Aligner&&) noexcept;
  Aligner& operator=(Aligner&&) noexcept;

  // REQUIRES: rows.size() <= k_batch_lanes; row.size() == axis.size(); masses.size() == intensities.size().
  void align(std::span<AlignRow> rows);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace fanfold::kernels
