#include "handlers/preprocessing/spectrum_processor.h"

#include <algorithm>
#include <bit>

#include "handlers/kernels/axis.h"
#include "handlers/kernels/bit_depth.h"
#include "handlers/kernels/savitzky_golay.h"
#include "handlers/preprocessing/alignment_options.h"

namespace fanfold::handlers {
namespace {

constexpr double k_noise_window = 16;  // of the noise floor that bit-depth reduction goes by

}  // namespace

SpectrumProcessor::SpectrumProcessor(const Parameters& parameters, Compat compat,
                                     std::span<const double> axis, std::span<const double> reference,
                                     WrittenForm form)
    : m_parameters(parameters), m_compat(compat), m_axis(axis), m_form(form) {
  if (parameters.alignment.enable) {
    m_aligner.emplace(alignment_options(parameters.alignment, compat), axis, reference);
  }
}

void SpectrumProcessor::process(std::span<SpectrumRow> spectra, std::span<kernels::Lags> lags) {
  std::fill(lags.begin(), lags.end(), kernels::Lags{});
  if (m_parameters.smoothing.enable) smooth(spectra);
  if (m_aligner) align(spectra, lags);
  if (m_parameters.smoothing.enable || m_aligner) reduce_bits(spectra);
}

void SpectrumProcessor::smooth(std::span<SpectrumRow> spectra) {
  for (SpectrumRow& spectrum : spectra) {
    kernels::savitzky_golay(spectrum.row, m_parameters.smoothing.kernel_size, m_workspace);
    if (!spectrum.masses.empty()) {
      kernels::interpolate(m_axis, spectrum.row, spectrum.masses, spectrum.intensities);
    }
  }
}

void SpectrumProcessor::align(std::span<SpectrumRow> spectra, std::span<kernels::Lags> lags) {
  std::array<kernels::AlignRow, kernels::k_batch_lanes> rows{};
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    rows[i].row = spectra[i].row;
    rows[i].masses = spectra[i].masses;
    rows[i].intensities = spectra[i].intensities;
  }
  m_aligner->align(std::span(rows).first(spectra.size()));
  for (std::size_t i = 0; i < spectra.size(); ++i) lags[i] = rows[i].lags;
}

// The original reduces an interpolated image's spectra before it decides what to write: of a resampled
// continuous image that array is thrown away and the row goes out as it is; spectra longer than the axis are
// left alone. Both write more bits than asked for, and negative intensities. By default what is written is
// what is reduced.
std::span<double> SpectrumProcessor::values_to_reduce(const SpectrumRow& spectrum) const {
  if (spectrum.masses.empty()) return spectrum.row;
  const bool as_original = m_compat == Compat::rmsi2;
  if (m_form == WrittenForm::row) return as_original ? std::span<double>() : spectrum.row;
  if (as_original && spectrum.masses.size() > m_axis.size()) return {};
  return spectrum.intensities;
}

kernels::NoiseEstimator& SpectrumProcessor::estimator_for(std::size_t longest) {
  if (longest <= m_axis.size()) {
    if (!m_noise) {
      m_noise = std::make_unique<kernels::NoiseEstimator>(m_axis.size(), std::bit_ceil(m_axis.size()),
                                                          k_noise_window);
    }
    return *m_noise;
  }
  if (std::bit_ceil(longest) != m_long_length) {
    m_long_length = std::bit_ceil(longest);
    m_long_noise = std::make_unique<kernels::NoiseEstimator>(m_long_length, m_long_length, k_noise_window);
  }
  return *m_long_noise;
}

void SpectrumProcessor::reduce_bits_of(std::span<const std::span<double>> values) {
  std::array<std::span<const double>, kernels::k_batch_lanes> in{};
  std::array<std::span<double>, kernels::k_batch_lanes> out{};
  std::size_t longest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    m_floor[i].resize(std::max(m_floor[i].size(), values[i].size()));
    in[i] = values[i];
    out[i] = std::span(m_floor[i]).first(values[i].size());
    longest = std::max(longest, values[i].size());
  }
  estimator_for(longest).estimate(std::span(in).first(values.size()), std::span(out).first(values.size()));
  const auto rule = m_compat == Compat::rmsi2 ? kernels::BitRule::x86 : kernels::BitRule::fixed;
  for (std::size_t i = 0; i < values.size(); ++i) kernels::reduce_bit_depth(values[i], out[i], rule);
}

void SpectrumProcessor::reduce_bits(std::span<SpectrumRow> spectra) {
  // Spectra longer than the axis go one by one: the length of the transform is a function of the spectrum
  // alone, or its neighbours would decide about its last bits.
  std::array<std::span<double>, kernels::k_batch_lanes> batch{};
  std::size_t count = 0;
  for (const SpectrumRow& spectrum : spectra) {
    const std::span<double> values = values_to_reduce(spectrum);
    if (values.empty()) continue;
    if (values.size() > m_axis.size()) {
      reduce_bits_of(std::span(&values, 1));
    } else {
      batch[count++] = values;
    }
  }
  if (count > 0) reduce_bits_of(std::span(batch).first(count));
}

}  // namespace fanfold::handlers
