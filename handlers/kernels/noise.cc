#include "handlers/kernels/noise.h"

#include <algorithm>
#include <array>
#include <vector>

#include "handlers/kernels/fft.h"
#include "handlers/kernels/lanes.h"
#include "handlers/kernels/trigonometry.h"

namespace fanfold::kernels {
namespace {

static_assert(k_batch_lanes == 4);

FANFOLD_SIMD void interleave(const std::array<const double*, 4>& rows, std::size_t count, double* samples) {
  const double* const r0 = rows[0];
  const double* const r1 = rows[1];
  const double* const r2 = rows[2];
  const double* const r3 = rows[3];
  for (std::size_t t = 0; t < count; ++t) lanes(samples + 4 * t) = Lanes{r0[t], r1[t], r2[t], r3[t]};
}

void deinterleave(const double* samples, std::size_t count, const std::array<double*, 4>& rows) {
  double* const r0 = rows[0];
  double* const r1 = rows[1];
  double* const r2 = rows[2];
  double* const r3 = rows[3];
  for (std::size_t t = 0; t < count; ++t, samples += 4) {
    r0[t] = samples[0];
    r1[t] = samples[1];
    r2[t] = samples[2];
    r3[t] = samples[3];
  }
}

FANFOLD_SIMD void filter(std::span<LaneComplex> spectrum, const double* gains, double last_gain) {
  lanes(spectrum[0].re) *= gains[0];
  lanes(spectrum[0].im) *= last_gain;
  for (std::size_t slot = 1; slot < spectrum.size(); ++slot) {
    lanes(spectrum[slot].re) *= gains[slot];
    lanes(spectrum[slot].im) *= gains[slot];
  }
}

}  // namespace

struct NoiseEstimator::Impl {
  Impl(std::size_t channels, std::size_t fft_length, double window);
  void load(std::span<const std::span<const double>> rows);
  void store(std::span<const std::span<double>> out);
  bool is_transform_trivial() const { return m_length < 2; }

  std::size_t m_length;
  RealFft m_fft;
  std::vector<LaneComplex> m_data;
  std::vector<double> m_gains;  // in slot order, with the division by the length
  double m_last_gain;           // of bin length / 2, which lies in slot 0
  std::vector<double> m_zeros;  // stands in for rows that are not there
  std::vector<double> m_sink;
};

NoiseEstimator::Impl::Impl(std::size_t channels, std::size_t fft_length, double window)
    : m_length(fft_length),
      m_fft(std::max<std::size_t>(fft_length, 2)),
      m_data(m_fft.slots()),
      m_gains(m_fft.slots()),
      m_zeros(channels),
      m_sink(channels) {
  const auto length = static_cast<double>(m_fft.length());
  const auto gain = [&](std::size_t bin) {
    return exponential(-5.0 * static_cast<double>(bin) / window) / length;
  };
  for (std::size_t slot = 0; slot < m_gains.size(); ++slot)
    m_gains[slot] = gain(bin_of_slot(slot, m_fft.length()));
  m_last_gain = gain(m_fft.slots());
}

void NoiseEstimator::Impl::load(std::span<const std::span<const double>> rows) {
  std::array<const double*, k_batch_lanes> pointers;
  pointers.fill(m_zeros.data());
  std::size_t common = m_zeros.size();
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    if (rows[lane].empty()) continue;
    pointers[lane] = rows[lane].data();
    common = std::min(common, rows[lane].size());
  }
  double* const data = samples(m_data.data());
  interleave(pointers, common, data);
  std::fill(data + common * k_batch_lanes, data + m_fft.length() * k_batch_lanes, 0.0);
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    for (std::size_t t = common; t < rows[lane].size(); ++t) data[t * k_batch_lanes + lane] = rows[lane][t];
  }
}

void NoiseEstimator::Impl::store(std::span<const std::span<double>> out) {
  std::array<double*, k_batch_lanes> pointers;
  pointers.fill(m_sink.data());
  std::size_t common = m_sink.size();
  for (std::size_t lane = 0; lane < out.size(); ++lane) {
    if (out[lane].empty()) continue;
    pointers[lane] = out[lane].data();
    common = std::min(common, out[lane].size());
  }
  const double* const data = samples(m_data.data());
  deinterleave(data, common, pointers);
  for (std::size_t lane = 0; lane < out.size(); ++lane) {
    for (std::size_t t = common; t < out[lane].size(); ++t) out[lane][t] = data[t * k_batch_lanes + lane];
  }
}

NoiseEstimator::NoiseEstimator(std::size_t channels, std::size_t fft_length, double window)
    : m_impl(std::make_unique<Impl>(channels, fft_length, window)) {}
NoiseEstimator::~NoiseEstimator() = default;
NoiseEstimator::NoiseEstimator(NoiseEstimator&&) noexcept = default;
NoiseEstimator& NoiseEstimator::operator=(NoiseEstimator&&) noexcept = default;

void NoiseEstimator::estimate(std::span<const std::span<const double>> rows,
                              std::span<const std::span<double>> out) {
  Impl& impl = *m_impl;
  impl.load(rows);
  if (!impl.is_transform_trivial()) {
    impl.m_fft.forward(impl.m_data);
    filter(impl.m_data, impl.m_gains.data(), impl.m_last_gain);
    impl.m_fft.inverse(impl.m_data);
  }
  impl.store(out);
}

}  // namespace fanfold::kernels
