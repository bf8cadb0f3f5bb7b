// The cross-correlation that alignment rests on: how far is a part of a spectrum displaced against the same
// part of a reference. Internal to the aligner.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "handlers/kernels/fft.h"

namespace fanfold::kernels {

enum class Part { low, mid, high };

// Not thread-safe (scratch inside).
class Correlator {
 public:
  // Parts of `window` channels out of spectra of `channels`; lags in steps of 1 / oversampling, rounded up so
  // that the correlation's length is a power of two. REQUIRES: 1 <= window <= channels, oversampling >= 1.
  Correlator(std::size_t channels, std::size_t window, std::size_t oversampling);

  // The conjugate spectrum of a part of the reference, turned once for each of the points between two
  // channels.
  struct Reference {
    Part part;
    std::vector<std::vector<Complex>> phases;
  };
  // `anchor`, in [0, channels]: the channel the part begins at (low), is centred on (mid), ends at (high).
  Reference make_reference(Part part, std::size_t anchor, std::span<const double> spectrum);

  // A null row gives lag 0. A spectrum displaced upward by s channels gives -s. The lowest of equal maxima
  // counts, and lag 0 where the correlation is nowhere positive. In windows of one channel every lag is 0.
  using Rows = std::array<const double*, k_batch_lanes>;
  std::array<double, k_batch_lanes> find_lags(const Reference& reference, std::size_t anchor,
                                              const Rows& rows);

 private:
  std::size_t offset_of(Part part, std::size_t anchor) const;
  void transform_part(Part part, std::size_t anchor, const Rows& rows);

  std::size_t m_channels;
  std::size_t m_window;
  RealFft m_fft;                  // of the padded window
  std::size_t m_phases;           // length of the correlation / length of the transform
  std::vector<double> m_rising;   // half a raised cosine, from near 0 to 1
  std::vector<double> m_falling;  // the same backward
  std::vector<double> m_full;     // a whole raised cosine
  std::vector<double> m_zeros;    // stands in for rows that are not there
  std::vector<LaneComplex> m_spectrum;
  std::vector<LaneComplex> m_product;
};

}  // namespace fanfold::kernels
