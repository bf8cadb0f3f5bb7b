#include "orchestrator/sample/tissue.h"

#include <algorithm>
#include <cmath>

#include "orchestrator/sample/random.h"

namespace fanfold::sample {
namespace {

// Streams of random numbers; pixels have their own from k_first_pixel_stream on.
enum Stream : std::uint64_t {
  k_peak_stream,
  k_height_stream,
  k_region_stream,
  k_axis_stream,
  k_first_pixel_stream
};

constexpr double k_medium_peak = 100;          // counts
constexpr double k_isotope_spacing = 1.00335;  // 13C - 12C, in units of m/z of a single charge
constexpr double k_channels_per_peak = 4;      // full width at half maximum in the middle of the axis
constexpr double k_half_height_at = 0.5412;    // where (1 - u^2)^2 is one half

}  // namespace

Grid Grid::for_pixels(std::uint64_t pixels) {
  auto width = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(pixels)));
  while (width * width < pixels) ++width;
  return {width, (pixels + width - 1) / width};
}

Tissue::Tissue(const SampleOptions& options) : m_options(options), m_grid(Grid::for_pixels(options.pixels)) {
  m_axis.first_root = std::sqrt(options.min_mz);
  m_axis.root_step = (std::sqrt(options.max_mz) - m_axis.first_root) / (options.channels - 1.0);
  make_peaks();
  make_regions();
}

// A constant resolving power: the width in m/z is proportional to m/z, hence in channels to its root.
double Tissue::channels_per_peak(double root) const {
  const double middle = m_axis.first_root + 0.5 * (m_options.channels - 1.0) * m_axis.root_step;
  return k_channels_per_peak * root / middle;
}

void Tissue::make_peaks() {
  Random random(m_options.seed, k_peak_stream);
  Random heights(m_options.seed, k_height_stream);
  const double last_root = std::sqrt(m_options.max_mz);
  std::vector<double> sizes;
  while (m_peaks.size() < m_options.peaks) {
    const double root =
        m_axis.first_root + (last_root - m_axis.first_root) * (0.02 + 0.96 * random.uniform());
    const double u = random.uniform();
    double size = k_medium_peak * (0.2 + 4.8 * u * u * u * u);
    double mass = root * root;
    // Isotopes follow while they can be told apart; heavier molecules have relatively more of them.
    for (int isotope = 0; isotope < 4 && m_peaks.size() < m_options.peaks; ++isotope) {
      const double at = std::sqrt(mass);
      const double width = channels_per_peak(at);
      m_peaks.push_back({at, 0.5 * width / k_half_height_at});
      sizes.push_back(size);
      const double spacing = k_isotope_spacing / (2 * at * m_axis.root_step);
      if (spacing < 1.5 * width) break;
      size *= std::min(0.9, mass * 0.0005);
      mass += k_isotope_spacing;
    }
  }
  // The slide itself shows every fifth peak, weakly: the matrix.
  for (std::uint32_t region = 0; region <= m_options.regions; ++region) {
    for (std::size_t i = 0; i < m_peaks.size(); ++i) {
      const double u = heights.uniform();
      const double factor = region == 0 ? (i % 5 == 0 ? 0.5 : 0.02) : (u < 0.25 ? 0.05 : 2 * u * u);
      m_heights.push_back(static_cast<float>(sizes[i] * factor));
    }
  }
}

void Tissue::make_regions() {
  Random random(m_options.seed, k_region_stream);
  // Each kind of tissue is some patches, the cells of a Voronoi diagram.
  for (std::uint32_t i = 0; i < 4 * m_options.regions; ++i) {
    m_seeds.push_back({static_cast<std::int64_t>(random.below(m_grid.width)),
                       static_cast<std::int64_t>(random.below(m_grid.height)), 1 + i % m_options.regions});
  }
}

std::uint32_t Tissue::region(std::uint64_t pixel) const {
  const auto x = static_cast<std::int64_t>(pixel % m_grid.width);
  const auto y = static_cast<std::int64_t>(pixel / m_grid.width);
  // The section is an ellipse that leaves some slide at the corners.
  const double u = (2.0 * static_cast<double>(x) + 1) / static_cast<double>(m_grid.width) - 1;
  const double v = (2.0 * static_cast<double>(y) + 1) / static_cast<double>(m_grid.height) - 1;
  if (u * u + v * v > 0.95) return 0;
  const auto nearest = std::ranges::min_element(m_seeds, {}, [&](const Seed& seed) {
    return (seed.x - x) * (seed.x - x) + (seed.y - y) * (seed.y - y);
  });
  return nearest->region;
}

double Tissue::mass_shift_ppm(std::uint64_t pixel) const {
  const double u = 2 * static_cast<double>(pixel % m_grid.width) / static_cast<double>(m_grid.width) - 1;
  const double v = 2 * static_cast<double>(pixel / m_grid.width) / static_cast<double>(m_grid.height) - 1;
  // |u + v| / 4 + |u v| / 2 <= 1 on the square: a tilted, twisted sample holder.
  return m_options.shift_ppm * (0.25 * (u + v) + 0.5 * u * v);
}

Tissue::OwnAxis Tissue::own_axis(std::uint64_t pixel) const {
  Random random(m_options.seed, k_axis_stream + (mix(pixel) << 8));
  const double phase = random.uniform();
  const std::uint64_t slack = m_options.channels / 50;
  const std::uint64_t missing = slack == 0 ? 0 : random.below(slack + 1);
  const std::uint64_t missing_in_front = missing == 0 ? 0 : random.below(missing + 1);
  return {static_cast<double>(missing_in_front) + phase,
          static_cast<std::size_t>(m_options.channels - missing)};
}

// Baseline that falls along the axis, and noise that is never negative: a product of two uniform numbers, two
// channels out of each random word.
void Tissue::add_noise(std::uint64_t pixel, double gain, std::span<float> out) const {
  Random random(m_options.seed, k_first_pixel_stream + pixel);
  const auto noise = static_cast<float>(4 * gain * m_options.noise * k_medium_peak * 0x1p-32);
  const auto baseline = static_cast<float>(gain * m_options.noise * k_medium_peak);
  const auto fall = static_cast<float>(4.0 / static_cast<double>(out.size()));
  for (std::size_t i = 0; i < out.size(); i += 2) {
    const std::uint64_t word = random.next();
    const auto first =
        static_cast<std::uint32_t>(word & 0xffff) * static_cast<std::uint32_t>(word >> 16 & 0xffff);
    const auto second =
        static_cast<std::uint32_t>(word >> 32 & 0xffff) * static_cast<std::uint32_t>(word >> 48);
    const float ground = baseline / (1.0F + fall * static_cast<float>(i));
    out[i] = ground + noise * static_cast<float>(first);
    if (i + 1 < out.size()) out[i + 1] = ground + noise * static_cast<float>(second);
  }
}

void Tissue::add_peak(double centre, double half_support, double height, std::span<float> out) const {
  const double first = std::max(0.0, std::floor(centre - half_support) + 1);
  const double last = std::min(static_cast<double>(out.size()) - 1, std::floor(centre + half_support));
  if (!(first <= last)) return;
  const double scale = 1 / half_support;
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i) {
    const double u = (static_cast<double>(i) - centre) * scale;
    const double bell = 1 - u * u;
    out[i] += static_cast<float>(height * bell * bell);
  }
}

void Tissue::spectrum(std::uint64_t pixel, double first_channel, std::span<float> out) const {
  Random random(m_options.seed, k_axis_stream + (mix(pixel) << 8) + 1);
  const double gain = 0.6 + 0.8 * random.uniform();
  add_noise(pixel, gain, out);
  const float* const heights = &m_heights[region(pixel) * m_peaks.size()];
  // m/z times (1 + shift): its root times about (1 + shift / 2).
  const double stretch = 1 + 0.5e-6 * mass_shift_ppm(pixel);
  const double per_step = 1 / m_axis.root_step;
  for (std::size_t i = 0; i < m_peaks.size(); ++i) {
    const double centre = (m_peaks[i].root * stretch - m_axis.first_root) * per_step - first_channel;
    // Ion counts scatter from pixel to pixel.
    const double scatter = 0.85 + 0.3 * random.uniform();
    add_peak(centre, m_peaks[i].half_support, gain * scatter * static_cast<double>(heights[i]), out);
  }
}

}  // namespace fanfold::sample
