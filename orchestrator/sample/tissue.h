// The synthetic sample: which kind of tissue lies where, which peaks it has, how far masses are shifted, and
// what a spectrometer makes of it. Uses no function of the mathematical library but sqrt, which is exact.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "orchestrator/sample/sample.h"

namespace fanfold::sample {

// A time-of-flight axis: the square root of m/z grows linearly with the channel, so that spacing grows with
// m/z.
struct TofAxis {
  double first_root = 0;
  double root_step = 0;

  double mz(double channel) const {
    const double root = first_root + channel * root_step;
    return root * root;
  }
};

struct Grid {
  std::uint64_t width = 1;
  std::uint64_t height = 1;
  // About square, row by row, the last row perhaps not full.
  static Grid for_pixels(std::uint64_t pixels);
};

class Tissue {
 public:
  explicit Tissue(const SampleOptions& options);

  const Grid& grid() const { return m_grid; }
  const TofAxis& axis() const { return m_axis; }

  // Processed mode: a pixel's own axis is the common one with this many channels, from this channel on.
  struct OwnAxis {
    double first_channel = 0;
    std::size_t channels = 0;
  };
  OwnAxis own_axis(std::uint64_t pixel) const;

  // The spectrum of a pixel as measured at channels first_channel, first_channel + 1, ...
  void spectrum(std::uint64_t pixel, double first_channel, std::span<float> out) const;

  // 0 is the bare slide, 1 and up are kinds of tissue.
  std::uint32_t region(std::uint64_t pixel) const;
  // Signed, at most shift_ppm.
  double mass_shift_ppm(std::uint64_t pixel) const;

 private:
  struct Peak {
    double root;          // square root of m/z
    double half_support;  // channels from the centre to where the peak ends
  };
  void make_peaks();
  void make_regions();
  double channels_per_peak(double root) const;
  void add_noise(std::uint64_t pixel, double gain, std::span<float> out) const;
  void add_peak(double centre, double half_support, double height, std::span<float> out) const;

  SampleOptions m_options;
  Grid m_grid;
  TofAxis m_axis;
  std::vector<Peak> m_peaks;
  std::vector<float> m_heights;  // region by peak
  struct Seed {
    std::int64_t x, y;
    std::uint32_t region;
  };
  std::vector<Seed> m_seeds;
};

}  // namespace fanfold::sample
