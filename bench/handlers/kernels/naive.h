// The definitions written down plainly, one spectrum at a time, in double: what the kernels are measured
// against.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

namespace fanfold::kernels::bench::naive {

using Series = std::vector<std::complex<double>>;

// Iterative radix-2 with a table of roots; sign -1 forward, +1 inverse; unscaled; a power of two long.
class Fft {
 public:
  Fft(std::size_t length, int sign) : m_roots(length / 2), m_reversed(length) {
    for (std::size_t k = 0; k < m_roots.size(); ++k) {
      m_roots[k] = std::polar(
          1.0, sign * 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length));
    }
    for (std::size_t i = 1; i < length; ++i)
      m_reversed[i] = m_reversed[i / 2] / 2 + (i % 2 != 0 ? length / 2 : 0);
  }
  void operator()(Series& x) const {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (i < m_reversed[i]) std::swap(x[i], x[m_reversed[i]]);
    }
    for (std::size_t half = 1; half < x.size(); half *= 2) {
      const std::size_t stride = x.size() / (2 * half);
      for (std::size_t first = 0; first < x.size(); first += 2 * half) {
        for (std::size_t k = 0; k < half; ++k) {
          const auto turned = m_roots[k * stride] * x[first + half + k];
          x[first + half + k] = x[first + k] - turned;
          x[first + k] += turned;
        }
      }
    }
  }

 private:
  Series m_roots;
  std::vector<std::size_t> m_reversed;
};

// Low-pass filter exp(-5 k / window) over the zero-padded spectrum.
inline void noise(std::span<const double> row, double window, const Fft& forward, const Fft& inverse,
                  Series& work, std::span<double> out) {
  const std::size_t n = work.size();
  std::fill(work.begin(), work.end(), 0.0);
  std::copy(row.begin(), row.end(), work.begin());
  forward(work);
  for (std::size_t k = 0; k <= n / 2; ++k) {
    const double factor = std::exp(-5.0 * static_cast<double>(k) / window);
    work[k] *= factor;
    if (k != 0 && k != n / 2) work[n - k] *= factor;
  }
  inverse(work);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = work[i].real() / static_cast<double>(n);
}

// Displacement of one part of a spectrum: window, transform, correlate at twice the resolution, find the
// maximum.
inline double lag(std::span<const double> row, std::size_t offset, std::size_t length,
                  const Series& reference, const Fft& forward, const Fft& inverse, Series& work,
                  Series& fine) {
  std::fill(work.begin(), work.end(), 0.0);
  for (std::size_t i = 0; i < length; ++i) {
    const double weight = 0.5 * (1.0 - std::cos(2.0 * std::numbers::pi * static_cast<double>(length - i) /
                                                (2.0 * static_cast<double>(length))));
    work[i] = row[offset + i] * weight;
  }
  forward(work);
  const std::size_t n = work.size();
  std::fill(fine.begin(), fine.end(), 0.0);
  for (std::size_t k = 0; k <= n / 2; ++k) {
    fine[k] = work[k] * std::conj(reference[k]);
    if (k != 0) fine[fine.size() - k] = std::conj(fine[k]);
  }
  inverse(fine);
  const auto best =
      std::max_element(fine.begin(), fine.end(), [](auto a, auto b) { return a.real() < b.real(); });
  const auto at = static_cast<double>(best - fine.begin());
  const auto whole = static_cast<double>(fine.size());
  return (at >= whole / 2 ? whole - at : -at) * static_cast<double>(n) / whole;
}

// The neighbourhood of a channel interpolated by transforms: 32 samples to 512 points; the largest of them.
inline double interpolated_maximum(std::span<const double> row, std::size_t channel, const Fft& forward,
                                   const Fft& inverse, Series& coarse, Series& fine) {
  const std::size_t points = coarse.size();
  for (std::size_t q = 0; q < points; ++q) {
    const std::size_t at = channel + q;
    coarse[q] = at >= points / 2 && at - points / 2 < row.size() ? row[at - points / 2] : 0.0;
  }
  forward(coarse);
  std::fill(fine.begin(), fine.end(), 0.0);
  for (std::size_t k = 0; k <= points / 2; ++k) {
    fine[k] = coarse[k];
    if (k != 0) fine[fine.size() - k] = std::conj(coarse[k]);
  }
  inverse(fine);
  double best = -1.0;
  for (const auto& value : fine) best = std::max(best, value.real());
  return best;
}

}  // namespace fanfold::kernels::bench::naive
