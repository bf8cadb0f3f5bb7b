#include "handlers/kernels/alignment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "handlers/kernels/axis.h"
#include "handlers/kernels/correlator.h"

namespace fanfold::kernels {
namespace {

struct Anchors {
  std::size_t low;
  std::size_t mid;
  std::size_t high;
};

// REQUIRES: limit is exact in a double.
std::size_t clamp_to(double value, std::size_t limit) {
  if (!(value > 0.0)) return 0;
  return value < static_cast<double>(limit) ? static_cast<std::size_t>(value) : limit;
}

Anchors anchors_within(const AlignmentOptions& options, std::size_t channels, std::size_t limit) {
  const auto n = static_cast<double>(channels);
  const auto anchor = [&](double fraction) { return clamp_to(std::round(fraction * n), limit); };
  return {anchor(options.ref_low), anchor(options.ref_mid), anchor(options.ref_high)};
}

std::size_t window_of(const AlignmentOptions& options, std::size_t channels) {
  const double window = std::round(options.window_relative * static_cast<double>(channels));
  return std::max<std::size_t>(clamp_to(window, channels), 1);
}

// M <- M * scale + shift
struct Line {
  double scale;
  double shift;

  bool is_identity() const { return scale == 1.0 && shift == 0.0; }
  bool is_sane() const { return std::isfinite(scale) && std::isfinite(shift); }
};

// Through two channels and the masses they should have.
Line line_through(std::span<const double> m, std::size_t from, std::size_t from_goal, std::size_t to,
                  std::size_t to_goal) {
  const double scale = (m[to_goal] - m[from_goal]) / (m[to] - m[from]);
  const Line line{scale, m[from_goal] - m[from] * scale};
  return line.is_sane() ? line : Line{1.0, 0.0};
}

bool is_strictly_ascending(std::span<const double> axis) {
  for (std::size_t i = 1; i < axis.size(); ++i) {
    if (!(axis[i - 1] < axis[i])) return false;
  }
  return true;
}

}  // namespace

struct Aligner::Impl {
  Impl(const AlignmentOptions& options, std::span<const double> axis, std::span<const double> reference);
  std::array<Lags, k_batch_lanes> find_lags(std::span<const AlignRow> rows);
  double limit(std::size_t anchor, double lag) const;
  std::size_t displaced(std::size_t anchor, double lag) const;
  // Whether any mass may have changed.
  bool warp(std::span<double> masses, const Lags& lags) const;
  bool warp_linear(std::span<double> masses, const Lags& lags) const;
  bool warp_bilinear(std::span<double> masses, const Lags& lags) const;
  void resample(AlignRow& row, std::size_t lane);

  AlignmentOptions m_options;
  std::span<const double> m_axis;
  Anchors m_anchors;
  Correlator m_correlator;
  std::vector<Correlator::Reference> m_references;  // low, high, and mid in bilinear mode
  bool m_axis_is_strict;
  // Of rows that have no masses of their own.
  std::array<std::vector<double>, k_batch_lanes> m_masses;
  std::array<std::vector<double>, k_batch_lanes> m_intensities;
  std::array<bool, k_batch_lanes> m_is_warped{};
};

Aligner::Impl::Impl(const AlignmentOptions& options, std::span<const double> axis,
                    std::span<const double> reference)
    : m_options(options),
      m_axis(axis),
      m_anchors(anchors_within(options, axis.size(), axis.size() - 1)),
      m_correlator(axis.size(), window_of(options, axis.size()),
                   static_cast<std::size_t>(std::max(options.oversampling, 1))),
      m_axis_is_strict(is_strictly_ascending(axis)) {
  const std::size_t last = options.clamp_reference_late ? axis.size() : axis.size() - 1;
  const Anchors anchors = anchors_within(options, axis.size(), last);
  m_references.push_back(m_correlator.make_reference(Part::low, anchors.low, reference));
  m_references.push_back(m_correlator.make_reference(Part::high, anchors.high, reference));
  if (options.bilinear)
    m_references.push_back(m_correlator.make_reference(Part::mid, anchors.mid, reference));
}

std::array<Lags, k_batch_lanes> Aligner::Impl::find_lags(std::span<const AlignRow> rows) {
  Correlator::Rows pointers{};
  for (std::size_t lane = 0; lane < rows.size(); ++lane) pointers[lane] = rows[lane].row.data();
  const auto low = m_correlator.find_lags(m_references[0], m_anchors.low, pointers);
  const auto high = m_correlator.find_lags(m_references[1], m_anchors.high, pointers);
  std::array<double, k_batch_lanes> mid{};
  if (m_options.bilinear) mid = m_correlator.find_lags(m_references[2], m_anchors.mid, pointers);
  std::array<Lags, k_batch_lanes> lags;
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    lags[lane] = {limit(m_anchors.low, low[lane]), limit(m_anchors.mid, mid[lane]),
                  limit(m_anchors.high, high[lane])};
  }
  return lags;
}

std::size_t Aligner::Impl::displaced(std::size_t anchor, double lag) const {
  return clamp_to(std::trunc(static_cast<double>(anchor) + lag), m_axis.size() - 1);
}

double Aligner::Impl::limit(std::size_t anchor, double lag) const {
  const double shift = std::fabs(m_axis[anchor] - m_axis[displaced(anchor, lag)]);
  const double ppm = 1e6 * shift / m_axis[anchor];
  return ppm > m_options.max_shift_ppm ? 0.0 : lag;
}

bool Aligner::Impl::warp(std::span<double> masses, const Lags& lags) const {
  return m_options.bilinear ? warp_bilinear(masses, lags) : warp_linear(masses, lags);
}

// The anchors are truncated, not rounded: a definition of the original.
bool Aligner::Impl::warp_linear(std::span<double> masses, const Lags& lags) const {
  const Line line = line_through(m_axis, m_anchors.low, displaced(m_anchors.low, lags.low), m_anchors.high,
                                 displaced(m_anchors.high, lags.high));
  if (line.is_identity()) return false;
  for (double& mass : masses) mass = mass * line.scale + line.shift;
  return true;
}

bool Aligner::Impl::warp_bilinear(std::span<double> masses, const Lags& lags) const {
  const auto goal = [&](std::size_t anchor, double lag) {
    return clamp_to(std::round(static_cast<double>(anchor) + lag), m_axis.size() - 1);
  };
  const std::size_t low = goal(m_anchors.low, lags.low);
  const std::size_t mid = goal(m_anchors.mid, lags.mid);
  const std::size_t high = goal(m_anchors.high, lags.high);
  const Line below = line_through(m_axis, m_anchors.low, low, m_anchors.mid, mid);
  const Line above = line_through(m_axis, m_anchors.mid, mid, m_anchors.high, high);
  if (below.is_identity() && above.is_identity()) return false;
  const double middle = m_axis[m_anchors.mid];
  for (double& mass : masses) {
    const Line& line = mass < middle ? below : above;
    mass = mass * line.scale + line.shift;
  }
  return true;
}

void Aligner::Impl::resample(AlignRow& row, std::size_t lane) {
  if (!row.masses.empty()) {
    interpolate(row.masses, row.intensities, m_axis, row.row);
  } else if (m_is_warped[lane] || !m_axis_is_strict) {
    interpolate(m_masses[lane], m_intensities[lane], m_axis, row.row);
  } else {
    // On unchanged masses interpolation gives the values back, but inside the axis -0 as 0.
    const std::vector<double>& values = m_intensities[lane];
    for (std::size_t k = 0; k < values.size(); ++k) row.row[k] = values[k] + 0.0;
    row.row.front() = values.front();
    row.row.back() = values.back();
  }
}

Aligner::Aligner(const AlignmentOptions& options, std::span<const double> axis,
                 std::span<const double> reference)
    : m_impl(std::make_unique<Impl>(options, axis, reference)) {}
Aligner::~Aligner() = default;
Aligner::Aligner(Aligner&&) noexcept = default;
Aligner& Aligner::operator=(Aligner&&) noexcept = default;

void Aligner::align(std::span<AlignRow> rows) {
  Impl& impl = *m_impl;
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    rows[lane].lags = {};
    impl.m_is_warped[lane] = false;
    if (!rows[lane].masses.empty() || impl.m_options.iterations < 1) continue;
    impl.m_masses[lane].assign(impl.m_axis.begin(), impl.m_axis.end());
    impl.m_intensities[lane].assign(rows[lane].row.begin(), rows[lane].row.end());
  }
  for (int iteration = 0; iteration < impl.m_options.iterations; ++iteration) {
    const auto lags = impl.find_lags(rows);
    for (std::size_t lane = 0; lane < rows.size(); ++lane) {
      AlignRow& row = rows[lane];
      if (iteration == 0) row.lags = lags[lane];
      const std::span<double> masses =
          row.masses.empty() ? std::span<double>(impl.m_masses[lane]) : row.masses;
      if (impl.warp(masses, lags[lane])) impl.m_is_warped[lane] = true;
      impl.resample(row, lane);
    }
  }
}

}  // namespace fanfold::kernels
