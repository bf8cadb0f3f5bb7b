#include "tests/e2e/plain_reference.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace fanfold::e2e::plain {
namespace {

using Complex = std::complex<double>;

std::size_t power_of_two(double n) {
  std::size_t size = 1;
  while (static_cast<double>(size) < n) size *= 2;
  return size;
}

Complex turn(std::size_t k, std::size_t j, std::size_t n) {
  const double angle = 2 * std::numbers::pi * static_cast<double>((k * j) % n) / static_cast<double>(n);
  return {std::cos(angle), std::sin(angle)};
}

// Bins 0 to n/2 of the forward transform.
std::vector<Complex> transform(const Spectrum& x) {
  std::vector<Complex> bins(x.size() / 2 + 1);
  for (std::size_t k = 0; k < bins.size(); ++k) {
    for (std::size_t j = 0; j < x.size(); ++j) bins[k] += x[j] * std::conj(turn(k, j, x.size()));
  }
  return bins;
}

struct Part {
  std::size_t window, size;
};

// The low part fades out and begins at the anchor; the high part fades in and ends at it, right-aligned.
Spectrum cut_part(const Spectrum& row, std::size_t anchor, Part part, bool low) {
  const std::size_t window = part.window;
  auto offset = static_cast<std::ptrdiff_t>(anchor) - (low ? 0 : static_cast<std::ptrdiff_t>(window));
  if (offset + static_cast<std::ptrdiff_t>(window) > static_cast<std::ptrdiff_t>(row.size())) {
    offset = static_cast<std::ptrdiff_t>(row.size() - window);
  }
  offset = std::max<std::ptrdiff_t>(offset, 0);
  Spectrum out(part.size);
  for (std::size_t i = 0; i < window; ++i) {
    const std::size_t in_window = low ? window - 1 - i : i;
    const double weight = 0.5 * (1 - std::cos(2 * std::numbers::pi * static_cast<double>(in_window + 1) /
                                              (2 * static_cast<double>(window))));
    out[low ? i : part.size - window + i] = row[static_cast<std::size_t>(offset) + i] * weight;
  }
  return out;
}

double lag_of(const Spectrum& row, const Spectrum& reference, std::size_t anchor, const Spectrum& axis,
              bool low) {
  const double n = static_cast<double>(row.size());
  const auto window = static_cast<std::size_t>(std::round(0.6 * n));
  const std::size_t nd = power_of_two(static_cast<double>(window));
  const std::size_t ni = power_of_two(2 * static_cast<double>(window));
  const auto x = transform(cut_part(row, anchor, {window, nd}, low));
  const auto r = transform(cut_part(reference, anchor, {window, nd}, low));
  double best = 0;
  std::size_t at = 0;
  for (std::size_t j = 0; j < ni; ++j) {
    double value = (x[0] * std::conj(r[0])).real();
    // ni is above nd: the bin nd/2 stands once on either side.
    for (std::size_t k = 1; k <= nd / 2; ++k) value += 2 * (x[k] * std::conj(r[k]) * turn(k, j, ni)).real();
    if (value > best) {
      best = value;
      at = j;
    }
  }
  const auto steps = static_cast<std::ptrdiff_t>(at >= ni / 2 ? ni : 0) - static_cast<std::ptrdiff_t>(at);
  const double lag = static_cast<double>(steps) * static_cast<double>(nd) / static_cast<double>(ni);
  const double target = std::clamp(std::trunc(static_cast<double>(anchor) + lag), 0.0, n - 1);
  const double ppm = 1e6 * std::fabs(axis[anchor] - axis[static_cast<std::size_t>(target)]) / axis[anchor];
  return ppm > 200 ? 0 : lag;
}

void append_bin(std::vector<Bin>& bins, const Bin& add, bool by_count, double tolerance) {
  if (bins.empty()) {
    bins.push_back(add);
    return;
  }
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < bins.size() && !(bins[i - 1].mass > add.mass); ++i) {
    if (std::fabs(add.mass - bins[i].mass) < std::fabs(add.mass - bins[nearest].mass)) nearest = i;
  }
  Bin& bin = bins[nearest];
  if (!(std::fabs(add.mass - bin.mass) < tolerance * add.size)) {
    const auto place = static_cast<std::ptrdiff_t>(add.mass > bin.mass ? nearest + 1 : nearest);
    bins.insert(bins.begin() + place, add);
    return;
  }
  const double n = bin.count;
  if (by_count) {
    bin.mass = (n * bin.mass + add.count * add.mass) / (n + add.count);
    bin.size = (n * bin.size + add.count * add.size) / (n + add.count);
  } else {
    bin.mass = n / (n + 1) * bin.mass + add.mass / (n + 1);
    bin.size = n / (n + 1) * bin.size + add.size / (n + 1);
  }
  bin.count = n + add.count;
}

double gap(const Spectrum& axis, std::size_t i) {
  double least = std::numeric_limits<double>::infinity();
  if (i > 0) least = std::min(least, axis[i] - axis[i - 1]);
  if (i + 1 < axis.size()) least = std::min(least, axis[i + 1] - axis[i]);
  return least;
}

double sum_of(const Spectrum& row) {
  double sum = 0;
  for (const double value : row) sum += value;
  return sum;
}

}  // namespace

AxisNode node_of(const Spectrum& mass, const Spectrum& intensity) {
  const std::size_t n = mass.size();
  AxisNode node{mass, Spectrum(n)};
  std::size_t current = 0;
  double last_size = 0;
  for (std::size_t p = 1; p + 1 < n; ++p) {
    if (!(intensity[p] > intensity[p - 1] && intensity[p + 1] < intensity[p])) continue;
    double sum = 0;
    double steps = 0;
    for (std::size_t j = p; j > 0 && intensity[j] > intensity[j - 1]; --j, ++steps)
      sum += mass[j] - mass[j - 1];
    std::size_t right = p;
    for (; right + 1 < n && intensity[right] > intensity[right + 1]; ++right, ++steps)
      sum += mass[right + 1] - mass[right];
    last_size = sum / steps;
    if (right + 1 == n) continue;
    for (std::size_t i = current; i <= right; ++i) node.bins[i] = last_size;
    current = right;
  }
  for (std::size_t i = current; i < n; ++i) node.bins[i] = last_size;
  return node;
}

AxisNode merge(const AxisNode& newer, const AxisNode& older, bool zero_first) {
  AxisNode out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < newer.mass.size() || j < older.mass.size()) {
    const bool both = i < newer.mass.size() && j < older.mass.size();
    const bool take_newer = both ? newer.mass[i] < older.mass[j] : i < newer.mass.size();
    const double mass = take_newer ? newer.mass[i] : older.mass[j];
    const double bin = take_newer ? newer.bins[i] : older.bins[j];
    ++(take_newer ? i : j);
    const bool first = out.mass.empty();
    const double distance = first ? 0 : mass - out.mass.back();
    if (!first && !(both ? distance > bin : distance >= bin)) continue;
    out.mass.push_back(mass);
    out.bins.push_back(first && zero_first ? 0 : bin);
  }
  return out;
}

Spectrum merge_image_axes(const Spectrum& axis, const Spectrum& next) {
  Spectrum out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < axis.size() && j < next.size()) {
    const double nearest_gap = std::min(gap(axis, i), gap(next, j));
    double mass = 0;
    if (std::fabs(axis[i] - next[j]) < nearest_gap) {
      mass = 0.5 * (axis[i++] + next[j++]);
    } else {
      mass = axis[i] < next[j] ? axis[i++] : next[j++];
    }
    if (i > 0 && j > 0) out.push_back(mass);
  }
  return out;
}

double quantile(Spectrum values, double p) {
  std::sort(values.begin(), values.end());
  const double position = static_cast<double>(values.size() - 1) * p;
  const auto low = static_cast<std::size_t>(position);
  const double g = position - static_cast<double>(low);
  if (g == 0 || values[low] == values[low + 1]) return values[low];
  return (1 - g) * values[low] + g * values[low + 1];
}

Spectrum average_of(const std::vector<Spectrum>& rows) {
  Spectrum tic;
  for (const Spectrum& row : rows) tic.push_back(sum_of(row));
  const double q1 = quantile(tic, 0.25);
  const double q3 = quantile(tic, 0.75);
  Spectrum average(rows.front().size());
  double count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!(q1 <= tic[i] && tic[i] <= q3) || tic[i] == 0) continue;
    for (std::size_t k = 0; k < average.size(); ++k) average[k] += rows[i][k] / tic[i];
    count += static_cast<double>(average.size());
  }
  for (double& value : average) value /= count;
  return average;
}

Spectrum smoothed7(const Spectrum& row) {
  constexpr double k_kernel[7] = {-2, 3, 6, 7, 6, 3, -2};
  Spectrum out(row.size());
  for (std::size_t i = 3; i + 3 < row.size(); ++i) {
    for (std::size_t j = 0; j < 7; ++j) out[i] += k_kernel[j] / 21 * row[i + j - 3];
  }
  return out;
}

Lags lags_of(const Spectrum& row, const Spectrum& reference, const Spectrum& axis) {
  const auto anchor = [&](double fraction) {
    return static_cast<std::size_t>(std::round(fraction * static_cast<double>(row.size())));
  };
  return {lag_of(row, reference, anchor(0.1), axis, true), lag_of(row, reference, anchor(0.9), axis, false)};
}

double noise_kernel(std::size_t size, std::size_t distance) {
  double sum = 1;
  for (std::size_t k = 1; k <= size / 2; ++k) {
    const double times = k == size / 2 ? 1 : 2;
    sum += times * std::exp(-5.0 * static_cast<double>(k) / 16) * turn(k, distance, size).real();
  }
  return sum / static_cast<double>(size);
}

std::vector<Bin> bin_peaks(const std::vector<PixelPeaks>& pixels, bool by_count, double tolerance,
                           double bin_filter) {
  constexpr std::size_t k_block = 1000;
  std::vector<Bin> bins;
  for (std::size_t first = 0; first < pixels.size(); first += k_block) {
    std::vector<Bin> block;
    for (std::size_t i = first; i < std::min(first + k_block, pixels.size()); ++i) {
      for (std::size_t k = 0; k < pixels[i].mass.size(); ++k) {
        append_bin(block, {pixels[i].mass[k], pixels[i].bin_size[k], 1}, by_count, tolerance);
      }
    }
    for (const Bin& bin : block) append_bin(bins, bin, by_count, tolerance);
  }
  std::erase_if(
      bins, [&](const Bin& bin) { return !(bin.count > bin_filter * static_cast<double>(pixels.size())); });
  return bins;
}

}  // namespace fanfold::e2e::plain
