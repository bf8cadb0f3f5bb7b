// Smoothing, alignment and bit-depth reduction of a few spectra at a time.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "handlers/kernels/alignment.h"
#include "handlers/kernels/fft.h"
#include "handlers/kernels/noise.h"
#include "handlers/spectra/row_source.h"
#include "runtime/protocol/parameters.h"

namespace fanfold::handlers {

// What of a spectrum is written: its row, or its own masses and intensities.
enum class WrittenForm { row, spectrum };

// Not thread-safe: it owns the workspaces of its kernels. `axis` must outlive it.
class SpectrumProcessor {
 public:
  // `reference` is the internal reference as alignment uses it (smoothed where smoothing is on); unused when
  // alignment is off.
  SpectrumProcessor(const Parameters& parameters, Compat compat, std::span<const double> axis,
                    std::span<const double> reference, WrittenForm form);

  // In place; at most kernels::k_batch_lanes spectra. `lags` gets one entry each, zeros where alignment is
  // off.
  void process(std::span<SpectrumRow> spectra, std::span<kernels::Lags> lags);

 private:
  void smooth(std::span<SpectrumRow> spectra);
  void align(std::span<SpectrumRow> spectra, std::span<kernels::Lags> lags);
  void reduce_bits(std::span<SpectrumRow> spectra);
  std::span<double> values_to_reduce(const SpectrumRow& spectrum) const;
  void reduce_bits_of(std::span<const std::span<double>> values);
  kernels::NoiseEstimator& estimator_for(std::size_t longest);

  const Parameters& m_parameters;
  Compat m_compat;
  std::span<const double> m_axis;
  WrittenForm m_form;
  std::optional<kernels::Aligner> m_aligner;
  std::unique_ptr<kernels::NoiseEstimator> m_noise;
  std::unique_ptr<kernels::NoiseEstimator> m_long_noise;  // for spectra longer than the axis
  std::size_t m_long_length = 0;
  std::vector<double> m_workspace;
  std::array<std::vector<double>, kernels::k_batch_lanes> m_floor;
};

}  // namespace fanfold::handlers
