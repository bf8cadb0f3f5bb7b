#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "handlers/kernels/batch.h"

namespace fanfold::kernels {

// The noise level under spectra: what a low-pass filter of the shape exp(-5 k / window) leaves, k being the
// bin of a Fourier transform of the zero-padded spectrum. It may be zero or negative. Max error: 2e-15 *
// log2(fft_length) of the root mean square of the spectrum. One spectrum's estimate does not depend on the
// others of the call. Not thread-safe: one per thread.
class NoiseEstimator {
 public:
  // REQUIRES: fft_length is a power of two >= channels, window > 0. `channels` bounds the length of a row.
  NoiseEstimator(std::size_t channels, std::size_t fft_length, double window);
  ~NoiseEstimator();
  NoiseEstimator(NoiseEstimator&&) noexcept;
  NoiseEstimator& operator=(NoiseEstimator&&) noexcept;

  // REQUIRES: rows.size() == out.size() <= k_batch_lanes; out[i].size() == rows[i].size() <= channels. Rows
  // may differ in length and may be empty. out[i] may be rows[i] itself.
  void estimate(std::span<const std::span<const double>> rows, std::span<const std::span<double>> out);

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace fanfold::kernels
