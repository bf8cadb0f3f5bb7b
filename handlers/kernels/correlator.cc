#include "handlers/kernels/correlator.h"

#include <algorithm>

#include "handlers/kernels/lanes.h"
#include "handlers/kernels/trigonometry.h"

namespace fanfold::kernels {
namespace {

static_assert(k_batch_lanes == 4);

FANFOLD_SIMD void interleave_windowed(const Correlator::Rows& rows, std::size_t offset, const double* window,
                                      std::size_t count, double* samples) {
  const double* const r0 = rows[0] + offset;
  const double* const r1 = rows[1] + offset;
  const double* const r2 = rows[2] + offset;
  const double* const r3 = rows[3] + offset;
  for (std::size_t t = 0; t < count; ++t)
    lanes(samples + 4 * t) = Lanes{r0[t], r1[t], r2[t], r3[t]} * window[t];
}

FANFOLD_SIMD void multiply(std::span<const LaneComplex> spectrum, const Complex* reference,
                           LaneComplex* product) {
  lanes(product[0].re) = lanes(spectrum[0].re) * reference[0].re;
  lanes(product[0].im) = lanes(spectrum[0].im) * reference[0].im;
  for (std::size_t slot = 1; slot < spectrum.size(); ++slot) {
    const Lanes re = lanes(spectrum[slot].re);
    const Lanes im = lanes(spectrum[slot].im);
    lanes(product[slot].re) = re * reference[slot].re - im * reference[slot].im;
    lanes(product[slot].im) = re * reference[slot].im + im * reference[slot].re;
  }
}

struct Maximum {
  alignas(32) double value[k_batch_lanes];
  alignas(32) double index[k_batch_lanes];  // -1: nothing above 0
};

// The first of the largest samples above 0, per lane.
FANFOLD_SIMD void find_maximum(const double* samples, std::size_t count, Maximum& maximum) {
  Lanes best = {0.0, 0.0, 0.0, 0.0};
  Lanes best_index = {-1.0, -1.0, -1.0, -1.0};
  Lanes index = {0.0, 0.0, 0.0, 0.0};
  for (std::size_t t = 0; t < count; ++t) {
    const Lanes value = lanes(samples + 4 * t);
    const auto is_larger = value > best;
    best = is_larger ? value : best;
    best_index = is_larger ? index : best_index;
    index += 1.0;
  }
  lanes(maximum.value) = best;
  lanes(maximum.index) = best_index;
}

// 0.5 * (1 - cos(2 pi (i + 1) / period))
std::vector<double> raised_cosine(std::size_t count, std::size_t period) {
  std::vector<double> window(count);
  for (std::size_t i = 0; i < count; ++i) window[i] = 0.5 * (1.0 - sin_cos_of_turn(i + 1, period).cos);
  return window;
}

}  // namespace

Correlator::Correlator(std::size_t channels, std::size_t window, std::size_t oversampling)
    : m_channels(channels),
      m_window(window),
      m_fft(std::max<std::size_t>(next_power_of_two(window), 2)),
      m_phases(next_power_of_two(window * oversampling) / next_power_of_two(window)),
      m_rising(raised_cosine(window, 2 * window)),
      m_falling(m_rising.rbegin(), m_rising.rend()),
      m_full(raised_cosine(window, window)),
      m_zeros(channels),
      m_spectrum(m_fft.slots()),
      m_product(m_fft.slots()) {}

std::size_t Correlator::offset_of(Part part, std::size_t anchor) const {
  std::size_t back = 0;
  if (part == Part::mid) back = m_window / 2;
  if (part == Part::high) back = m_window;
  const std::size_t offset = anchor > back ? anchor - back : 0;
  return std::min(offset, m_channels - m_window);
}

void Correlator::transform_part(Part part, std::size_t anchor, const Rows& rows) {
  const std::vector<double>& window = part == Part::low ? m_falling : part == Part::mid ? m_full : m_rising;
  const std::size_t lead = part == Part::high ? m_fft.length() - m_window : 0;
  double* const data = samples(m_spectrum.data());
  std::fill(data, data + lead * k_batch_lanes, 0.0);
  interleave_windowed(rows, offset_of(part, anchor), window.data(), m_window, data + lead * k_batch_lanes);
  std::fill(data + (lead + m_window) * k_batch_lanes, data + m_fft.length() * k_batch_lanes, 0.0);
  m_fft.forward(m_spectrum);
}

Correlator::Reference Correlator::make_reference(Part part, std::size_t anchor,
                                                 std::span<const double> spectrum) {
  transform_part(part, anchor, {spectrum.data(), m_zeros.data(), m_zeros.data(), m_zeros.data()});
  Reference reference{part, {}};
  const std::size_t length = m_fft.length();
  for (std::size_t phase = 0; phase < m_phases; ++phase) {
    std::vector<Complex> turned(m_spectrum.size());
    // Zero extension leaves the bin at half the length whole, at both its positive and its negative
    // frequency.
    const double edge = m_phases == 1 ? 1.0 : 2.0 * sin_cos_of_turn(phase, 2 * m_phases).cos;
    turned[0] = {m_spectrum[0].re[0], m_spectrum[0].im[0] * edge};
    for (std::size_t slot = 1; slot < turned.size(); ++slot) {
      const SinCos turn = sin_cos_of_turn(bin_of_slot(slot, length) * phase, length * m_phases);
      const double re = m_spectrum[slot].re[0];
      const double im = 0.0 - m_spectrum[slot].im[0];
      turned[slot] = {re * turn.cos - im * turn.sin, re * turn.sin + im * turn.cos};
    }
    reference.phases.push_back(std::move(turned));
  }
  return reference;
}

std::array<double, k_batch_lanes> Correlator::find_lags(const Reference& reference, std::size_t anchor,
                                                        const Rows& rows) {
  std::array<double, k_batch_lanes> lags{};
  if (m_window < 2) return lags;
  Rows present = rows;
  std::replace(present.begin(), present.end(), static_cast<const double*>(nullptr),
               static_cast<const double*>(m_zeros.data()));
  transform_part(reference.part, anchor, present);

  std::array<double, k_batch_lanes> best_value{};
  std::array<std::size_t, k_batch_lanes> best_index{};  // in steps of the oversampled correlation
  for (std::size_t phase = 0; phase < m_phases; ++phase) {
    multiply(m_spectrum, reference.phases[phase].data(), m_product.data());
    m_fft.inverse(m_product);
    Maximum maximum;
    find_maximum(samples(m_product.data()), m_fft.length(), maximum);
    for (std::size_t lane = 0; lane < k_batch_lanes; ++lane) {
      if (maximum.index[lane] < 0.0) continue;
      const std::size_t index = static_cast<std::size_t>(maximum.index[lane]) * m_phases + phase;
      const bool is_larger = maximum.value[lane] > best_value[lane];
      const bool is_earlier = maximum.value[lane] == best_value[lane] && index < best_index[lane];
      if (!is_larger && !is_earlier) continue;
      best_value[lane] = maximum.value[lane];
      best_index[lane] = index;
    }
  }
  const std::size_t length = m_fft.length() * m_phases;
  for (std::size_t lane = 0; lane < k_batch_lanes; ++lane) {
    const auto steps = static_cast<double>(best_index[lane]);
    const double signed_steps =
        best_index[lane] >= length / 2 ? static_cast<double>(length) - steps : 0.0 - steps;
    lags[lane] = signed_steps / static_cast<double>(m_phases);
  }
  return lags;
}

}  // namespace fanfold::kernels
