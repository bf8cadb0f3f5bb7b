// Peak picking: local maxima above the noise, with a centroid between channels and an area, both from a
// band-limited interpolation of the windowed neighbourhood of the maximum.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fanfold::kernels {

struct PeakPickingOptions {
  double snr = 5.0;       // a peak is kept when its intensity is at least this many times the noise
  int window_size = 20;   // channels of the neighbourhood; rounded up to a power of two, at least 16
  int oversampling = 10;  // interpolated points per channel; rounded up to a power of two
};

struct Peak {
  double mass;       // centroid, m/z
  double intensity;  // of the channel of the maximum
  double snr;
  double area;      // intensity * m/z
  double bin_size;  // distance to the next channel, m/z
};

// The interpolation (Fourier transform, zero extension, inverse) is linear in the samples, so it is done by
// tables made once: centroids agree with transforms except where two interpolated points differ by less than
// 1e-12 of the neighbourhood's largest value; areas within 1e-13 of its largest possible value there. Not
// thread-safe (scratch inside): one per thread.
class PeakPicker {
 public:
  // Keeps `axis`, which must outlive it. REQUIRES: window_size and oversampling positive.
  PeakPicker(const PeakPickingOptions& options, std::span<const double> axis);

  // The window of the NoiseEstimator that belongs to these options.
  double noise_window() const { return 2.0 * static_cast<double>(m_points); }

  // Appends nothing to what was in `out`: replaces it by the row's peaks, in order of channels.
  // REQUIRES: row.size() == noise.size() == axis.size().
  void pick(std::span<const double> row, std::span<const double> noise, std::vector<Peak>& out);

  // Area around a channel, whether or not a maximum is there. REQUIRES: channel < row.size() == axis.size().
  double area_at(std::span<const double> row, std::size_t channel);

 private:
  void load_neighbourhood(std::span<const double> row, std::size_t channel);
  std::size_t find_maximum(const std::vector<double>& table);
  double centroid_at(std::span<const double> row, std::size_t channel);
  double sum_between(std::size_t left, std::size_t right) const;

  double m_snr;
  std::span<const double> m_axis;
  std::size_t m_points;  // F, channels of a neighbourhood
  std::size_t m_fine;    // R, interpolated points per channel
  std::vector<double>
      m_centroid_table;  // weight of each sample in each point of the search range, in blocks of points
  std::vector<double> m_area_table;   // the same for the area's window
  std::vector<double> m_area_window;  // F
  std::vector<double> m_sum_through;  // sums of the interpolation kernel up to a whole distance in channels
  std::vector<double> m_sum_before;   // up to the point before it
  std::vector<double> m_samples;      // scratch: the neighbourhood, F
  std::vector<double> m_values;       // scratch: the search range
};

}  // namespace fanfold::kernels
