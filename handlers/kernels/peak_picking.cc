#include "handlers/kernels/peak_picking.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "handlers/kernels/fft.h"
#include "handlers/kernels/lanes.h"
#include "handlers/kernels/trigonometry.h"

namespace fanfold::kernels {
namespace {

constexpr std::size_t k_smallest_neighbourhood = 16;
constexpr std::size_t k_block_points = 16;  // of the search range: sums of a block stay in registers
constexpr std::size_t k_not_found = static_cast<std::size_t>(-1);

// The weight of a sample in the interpolated point that lies t / R channels from it: the sum of exp(2 pi i k
// t / G) over k = -F/2 .. F/2. The bin F/2 counts at both signs, but only once where nothing is interpolated.
class InterpolationKernel {
 public:
  InterpolationKernel(std::size_t points, std::size_t fine) : m_points(points), m_total(points * fine) {}

  double at(std::ptrdiff_t t) const {
    const auto total = static_cast<std::ptrdiff_t>(m_total);
    const auto wrapped = static_cast<std::size_t>(((t % total) + total) % total);
    if (m_total == m_points) return wrapped == 0 ? static_cast<double>(m_points) : 0.0;
    if (wrapped == 0) return static_cast<double>(m_points + 1);
    return sin_cos_of_turn(wrapped * (m_points + 1), 2 * m_total).sin /
           sin_cos_of_turn(wrapped, 2 * m_total).sin;
  }

 private:
  std::size_t m_points;
  std::size_t m_total;
};

// 0.5 * (1 - cos(2 pi numerator / denominator))
double raised_cosine(std::size_t numerator, std::size_t denominator) {
  return 0.5 * (1.0 - sin_cos_of_turn(numerator, denominator).cos);
}

std::vector<double> centroid_window(std::size_t points) {
  std::vector<double> window(points);
  for (std::size_t i = 0; i < points / 2; ++i) window[i] = raised_cosine(i, points - 2);
  window[points / 2] = 1.0;
  for (std::size_t i = points / 2 + 1; i < points; ++i) window[i] = raised_cosine(i - 3, points - 4);
  return window;
}

std::vector<double> area_window(std::size_t points) {
  std::vector<double> window(points, 1.0);
  for (std::size_t i = 0; i < 3; ++i) window[i] = raised_cosine(i, 5);
  for (std::size_t i = points - 3; i < points; ++i) window[i] = raised_cosine(i - (points - 6), 5);
  return window;
}

std::size_t padded_points(std::size_t fine) {
  return (2 * fine + 1 + k_block_points - 1) / k_block_points * k_block_points;
}

// The 2R + 1 points from one channel below the centre to one above, [block][sample][point of block].
std::vector<double> search_table(const std::vector<double>& window, std::size_t fine) {
  const std::size_t points = window.size();
  const InterpolationKernel kernel(points, fine);
  std::vector<double> table(padded_points(fine) * points, 0.0);
  for (std::size_t point = 0; point < 2 * fine + 1; ++point) {
    const std::size_t block = point / k_block_points * k_block_points * points + point % k_block_points;
    const auto place = static_cast<std::ptrdiff_t>((points / 2 - 1) * fine + point);
    for (std::size_t sample = 0; sample < points; ++sample) {
      const double weight = kernel.at(place - static_cast<std::ptrdiff_t>(sample * fine));
      table[block + sample * k_block_points] = weight * window[sample];
    }
  }
  return table;
}

// Running sums of the kernel from -(F - 1) channels on, rounding errors carried along (Neumaier).
class RunningSum {
 public:
  void add(double value) {
    const double sum = m_sum + value;
    m_error += std::fabs(m_sum) >= std::fabs(value) ? (m_sum - sum) + value : (value - sum) + m_sum;
    m_sum = sum;
  }
  double value() const { return m_sum + m_error; }

 private:
  double m_sum = 0.0;
  double m_error = 0.0;
};

// values[q] = sum over samples, in order, of table[sample][q] * samples[sample]
FANFOLD_SIMD void apply_table(const double* table, const double* samples, std::size_t count, double* values,
                              std::size_t blocks) {
  static_assert(k_block_points == 4 * k_batch_lanes);
  for (std::size_t block = 0; block < blocks; ++block, values += k_block_points) {
    Lanes a{}, b{}, c{}, d{};
    for (std::size_t sample = 0; sample < count; ++sample, table += k_block_points) {
      a += *reinterpret_cast<const LooseLanes*>(table) * samples[sample];
      b += *reinterpret_cast<const LooseLanes*>(table + 4) * samples[sample];
      c += *reinterpret_cast<const LooseLanes*>(table + 8) * samples[sample];
      d += *reinterpret_cast<const LooseLanes*>(table + 12) * samples[sample];
    }
    *reinterpret_cast<LooseLanes*>(values) = a;
    *reinterpret_cast<LooseLanes*>(values + 4) = b;
    *reinterpret_cast<LooseLanes*>(values + 8) = c;
    *reinterpret_cast<LooseLanes*>(values + 12) = d;
  }
}

// Between channels; channel -1, which a maximum at the first channel can ask for, is taken as channel 0.
double mass_at(std::span<const double> axis, double position) {
  const double below = std::floor(position);
  const double above = std::ceil(position);
  if (above <= 0.0) return axis.front();
  const double upper = axis[static_cast<std::size_t>(above)];
  if (below == above) return upper;
  const double lower = axis[static_cast<std::size_t>(std::max(below, 0.0))];
  return (above - position) * lower + (position - below) * upper;
}

struct Limits {
  std::size_t left;
  std::size_t right;
};

// How far the row falls strictly on both sides of a channel, as samples of its neighbourhood of `points`.
Limits falling_range(std::span<const double> row, std::size_t channel, std::size_t points) {
  const std::size_t half = points / 2;
  Limits limits{half, half};
  for (std::size_t j = channel; j-- > 0 && limits.left > 0 && !(row[j] >= row[j + 1]);) --limits.left;
  for (std::size_t j = channel + 1; j < row.size() && limits.right + 1 < points && !(row[j] >= row[j - 1]);
       ++j) {
    ++limits.right;
  }
  return limits;
}

}  // namespace

PeakPicker::PeakPicker(const PeakPickingOptions& options, std::span<const double> axis)
    : m_snr(options.snr),
      m_axis(axis),
      m_points(std::max(k_smallest_neighbourhood,
                        next_power_of_two(static_cast<std::size_t>(std::max(options.window_size, 1))))),
      m_fine(next_power_of_two(static_cast<std::size_t>(std::max(options.oversampling, 1)) * m_points) /
             m_points),
      m_centroid_table(search_table(centroid_window(m_points), m_fine)),
      m_area_table(search_table(area_window(m_points), m_fine)),
      m_area_window(area_window(m_points)),
      m_sum_through(2 * m_points - 1),
      m_sum_before(2 * m_points - 1),
      m_samples(m_points),
      m_values(padded_points(m_fine)) {
  const InterpolationKernel kernel(m_points, m_fine);
  const auto fine = static_cast<std::ptrdiff_t>(m_fine);
  const auto farthest = static_cast<std::ptrdiff_t>(m_points) - 1;
  RunningSum sum;
  for (std::ptrdiff_t t = -farthest * fine; t <= farthest * fine; ++t) {
    // Descending distance: the samples of a neighbourhood then read the tables upward.
    const auto index = static_cast<std::size_t>(farthest - t / fine);
    if (t % fine == 0) m_sum_before[index] = sum.value();
    sum.add(kernel.at(t));
    if (t % fine == 0) m_sum_through[index] = sum.value();
  }
}

void PeakPicker::load_neighbourhood(std::span<const double> row, std::size_t channel) {
  const std::size_t half = m_points / 2;
  const std::size_t missing = channel < half ? half - channel : 0;
  const std::size_t first = channel + missing - half;
  const std::size_t count = std::min(m_points - missing, row.size() - first);
  std::fill(m_samples.begin(), m_samples.end(), 0.0);
  std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(first), count,
              m_samples.begin() + static_cast<std::ptrdiff_t>(missing));
}

// The first of the largest points above -1 in the search range, whose values are left in m_values.
std::size_t PeakPicker::find_maximum(const std::vector<double>& table) {
  apply_table(table.data(), m_samples.data(), m_points, m_values.data(), m_values.size() / k_block_points);
  std::size_t best = k_not_found;
  double best_value = -1.0;
  for (std::size_t point = 0; point < 2 * m_fine + 1; ++point) {
    if (m_values[point] > best_value) {
      best = point;
      best_value = m_values[point];
    }
  }
  return best;
}

double PeakPicker::centroid_at(std::span<const double> row, std::size_t channel) {
  load_neighbourhood(row, channel);
  const std::size_t best = find_maximum(m_centroid_table);
  if (best == k_not_found) return m_axis[channel];
  const double steps = static_cast<double>(best) / static_cast<double>(m_fine);
  return mass_at(m_axis, static_cast<double>(channel) - 1.0 + steps);
}

// Of the interpolated points from sample `left` to sample `right`, both included. Four sums, always the same
// four.
double PeakPicker::sum_between(std::size_t left, std::size_t right) const {
  const double* const through = m_sum_through.data() + (m_points - 1 - right);
  const double* const before = m_sum_before.data() + (m_points - 1 - left);
  std::array<double, 4> sums{};
  for (std::size_t j = 0; j < m_points; j += 4) {
    for (std::size_t k = 0; k < 4; ++k) {
      sums[k] += m_area_window[j + k] * m_samples[j + k] * (through[j + k] - before[j + k]);
    }
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double PeakPicker::area_at(std::span<const double> row, std::size_t channel) {
  const Limits limits = falling_range(row, channel, m_points);
  load_neighbourhood(row, channel);
  const std::size_t best = find_maximum(m_area_table);
  if (best == k_not_found || m_values[best] == 0.0) return 0.0;
  const std::size_t half = m_points / 2;
  const std::size_t last = std::min(channel + half - 1, row.size() - 1);
  const std::size_t first = channel > half ? channel - half : 0;
  const double step = (m_axis[last] - m_axis[first]) / static_cast<double>(m_points * m_fine);
  return sum_between(limits.left, limits.right) * (row[channel] / m_values[best]) * step;
}

void PeakPicker::pick(std::span<const double> row, std::span<const double> noise, std::vector<Peak>& out) {
  out.clear();
  double previous_slope = 0.0;
  double previous_mass = -1.0;
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    const double slope = row[i + 1] - row[i];
    const bool is_candidate = slope * previous_slope <= 0.0 && slope - previous_slope < 0.0;
    previous_slope = slope;
    if (!is_candidate) continue;
    const double snr = row[i] / noise[i];
    if (!(snr >= m_snr)) continue;
    const double mass = centroid_at(row, i);
    const double bin_size = std::fabs(m_axis[i + 1] - m_axis[i]);
    if (std::fabs(mass - previous_mass) >= bin_size)
      out.push_back({mass, row[i], snr, area_at(row, i), bin_size});
    previous_mass = mass;
  }
}

}  // namespace fanfold::kernels
