// Discrete Fourier transforms of k_batch_lanes real series at once, one per lane, of a power-of-two length.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "handlers/kernels/batch.h"

namespace fanfold::kernels {

// One complex number per lane. In the time domain element m holds the samples 2m (re) and 2m + 1 (im) of each
// lane.
struct alignas(64) LaneComplex {
  double re[k_batch_lanes];
  double im[k_batch_lanes];
};

struct Complex {
  double re;
  double im;
};

// The smallest power of two that is at least n; 1 for 0.
std::size_t next_power_of_two(std::size_t n);

// The bin (frequency index) held by a slot of a spectrum of `length` samples: bit reversal of slot in
// log2(length / 2) bits. Slot 0 is special: re is bin 0, im is bin length / 2, both of which are real.
std::size_t bin_of_slot(std::size_t slot, std::size_t length);

// Forward: X[k] = sum x[t] exp(-2 pi i k t / n). Inverse: x[t] = sum over all n bins, X[n - k] being
// conj(X[k]), of X[k] exp(+2 pi i k t / n). Neither is scaled. In place; spectra lie in slot order
// (bin_of_slot), which saves the reordering passes: multiply spectra in that order. A lane of zeros stays
// exactly zero. Max error: 1e-15 * log2(n) * root mean square of the result, per lane (measured: a fifth of
// that). Immutable after construction: may be shared by threads.
class RealFft {
 public:
  // REQUIRES: length is a power of two >= 2.
  explicit RealFft(std::size_t length);

  std::size_t length() const { return 2 * m_half; }
  std::size_t slots() const { return m_half; }

  // REQUIRES: data.size() == slots().
  void forward(std::span<LaneComplex> data) const;
  void inverse(std::span<LaneComplex> data) const;

 private:
  std::size_t m_half;
  std::vector<double> m_stages;  // twiddles of the radix-4 stages, longest stage first
  std::vector<Complex> m_split;  // exp(-2 pi i k / n) in slot order, which does not depend on n
};

}  // namespace fanfold::kernels
