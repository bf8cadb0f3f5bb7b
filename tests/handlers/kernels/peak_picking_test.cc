#include "handlers/kernels/peak_picking.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

using Values = std::vector<double>;

// The definition: window, transform, zero-extend, transform back; in long double.
class NaivePicker {
 public:
  NaivePicker(const PeakPickingOptions& options, Values axis)
      : m_axis(std::move(axis)),
        m_snr(options.snr),
        m_points(std::max<std::size_t>(16, reference::power_of_two(options.window_size))),
        m_total(reference::power_of_two(static_cast<double>(options.oversampling) *
                                        static_cast<double>(m_points))),
        m_fine(m_total / m_points) {}

  std::size_t points() const { return m_points; }
  std::size_t fine() const { return m_fine; }

  std::vector<Peak> pick(const Values& x, const Values& noise) const {
    std::vector<Peak> peaks;
    double previous_slope = 0.0;
    double previous_mass = -1.0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double slope = x[i + 1] - x[i];
      const bool candidate = slope * previous_slope <= 0.0 && slope - previous_slope < 0.0;
      previous_slope = slope;
      if (!candidate || !(x[i] / noise[i] >= m_snr)) continue;
      const double mass = centroid(x, i);
      const double bin_size = std::fabs(m_axis[i + 1] - m_axis[i]);
      if (std::fabs(mass - previous_mass) >= bin_size)
        peaks.push_back({mass, x[i], x[i] / noise[i], area(x, i), bin_size});
      previous_mass = mass;
    }
    return peaks;
  }

  double centroid(const Values& x, std::size_t i) const {
    const auto o = interpolated(x, i, false);
    const std::size_t q = maximum(o);
    const double p = static_cast<double>(i) - static_cast<double>(m_points / 2) +
                     static_cast<double>(q) / static_cast<double>(m_fine);
    const double f = std::floor(p), c = std::ceil(p);
    if (f == c) return mass_of(f);
    return (c - p) * mass_of(f) + (p - f) * mass_of(c);
  }

  double area(const Values& x, std::size_t channel) const {
    const auto half = static_cast<std::ptrdiff_t>(m_points / 2);
    const auto n = static_cast<std::ptrdiff_t>(x.size());
    const auto i = static_cast<std::ptrdiff_t>(channel);
    const auto at = [&](std::ptrdiff_t j) { return x[static_cast<std::size_t>(j)]; };
    std::size_t l = m_points / 2, g = m_points / 2;
    for (std::ptrdiff_t j = i - 1; j >= i - half && j >= 0 && !(at(j) >= at(j + 1)); --j) --l;
    for (std::ptrdiff_t j = i + 1; j <= i + half - 1 && j < n && !(at(j) >= at(j - 1)); ++j) ++g;
    const auto o = interpolated(x, channel, true);
    const long double highest = o[maximum(o)];
    if (highest == 0.0L) return 0.0;
    long double sum = 0.0L;
    for (std::size_t q = l * m_fine; q <= std::min(m_total - 1, g * m_fine); ++q) sum += o[q];
    const auto last = static_cast<std::size_t>(std::min(i + half - 1, n - 1));
    const auto first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(i - half, 0));
    const double step = (m_axis[last] - m_axis[first]) / static_cast<double>(m_total);
    return static_cast<double>(sum * (static_cast<long double>(x[channel]) / highest) *
                               static_cast<long double>(step));
  }

 private:
  double mass_of(double index) const { return m_axis[static_cast<std::size_t>(std::max(index, 0.0))]; }

  long double window(std::size_t i, bool for_area) const {
    const auto raised = [](std::ptrdiff_t numerator, std::size_t denominator) {
      return 0.5L *
             (1.0L - std::cos(2.0L * std::numbers::pi_v<long double> * static_cast<long double>(numerator) /
                              static_cast<long double>(denominator)));
    };
    const auto k = static_cast<std::ptrdiff_t>(i);
    const std::size_t f = m_points;
    if (for_area) {
      if (i < 3) return raised(k, 5);
      if (i + 3 >= f) return raised(k - (static_cast<std::ptrdiff_t>(f) - 6), 5);
      return 1.0L;
    }
    if (i < f / 2) return raised(k, f - 2);
    return i == f / 2 ? 1.0L : raised(k - 3, f - 4);
  }

  std::vector<long double> interpolated(const Values& x, std::size_t i, bool for_area) const {
    reference::Spectrum samples(m_points);
    for (std::size_t q = 0; q < m_points; ++q) {
      if (i + q < m_points / 2 || i + q - m_points / 2 >= x.size()) continue;
      samples[q] = static_cast<long double>(x[i + q - m_points / 2]) * window(q, for_area);
    }
    const auto fine =
        reference::transform(reference::zero_extended(reference::transform(samples, -1), m_total), 1);
    std::vector<long double> out;
    for (const auto& value : fine) out.push_back(value.real());
    return out;
  }

  std::size_t maximum(const std::vector<long double>& o) const {
    std::size_t best = m_points / 2 * m_fine;
    long double highest = -1.0L;
    for (std::size_t q = m_fine * (m_points / 2 - 1); q <= m_fine * (m_points / 2 + 1); ++q) {
      if (o[q] > highest) {
        highest = o[q];
        best = q;
      }
    }
    return best;
  }

  Values m_axis;
  double m_snr;
  std::size_t m_points, m_total, m_fine;
};

void expect_equal(const std::vector<Peak>& got, const std::vector<Peak>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].mass, expected[i].mass) << i;
    EXPECT_EQ(got[i].intensity, expected[i].intensity) << i;
    EXPECT_EQ(got[i].snr, expected[i].snr) << i;
    EXPECT_EQ(got[i].bin_size, expected[i].bin_size) << i;
    EXPECT_NEAR(got[i].area, expected[i].area, 1e-13 * std::fabs(expected[i].area) + 1e-18) << i;
  }
}

struct Case {
  int window_size;
  int oversampling;
  std::size_t channels;
};

class PeakPickerWith : public testing::TestWithParam<Case> {};

TEST_P(PeakPickerWith, FindsWhatTransformsFind) {
  const auto [window_size, oversampling, channels] = GetParam();
  const PeakPickingOptions options{2.0, window_size, oversampling};
  const Values axis = reference::random_axis(channels, 4);
  PeakPicker picker(options, axis);
  const NaivePicker naive(options, axis);
  EXPECT_EQ(picker.noise_window(), 2.0 * static_cast<double>(naive.points()));
  for (std::uint32_t seed = 1; seed < 4; ++seed) {
    const Values row = reference::random_spectrum(channels, seed);
    const Values noise = reference::random_values(channels, seed + 50, 0.1, 2.0);
    std::vector<Peak> peaks{Peak{}};
    picker.pick(row, noise, peaks);
    expect_equal(peaks, naive.pick(row, noise));
    if (channels > 100) {
      EXPECT_FALSE(peaks.empty());
    }
    for (std::size_t channel = 0; channel < channels; channel += 1 + channels / 50) {
      const double expected = naive.area(row, channel);
      EXPECT_NEAR(picker.area_at(row, channel), expected, 1e-12 * std::fabs(expected) + 1e-15) << channel;
    }
  }
}

// Windows below the smallest, of powers of two and not, larger than the spectrum; no, some and much
// interpolation.
INSTANTIATE_TEST_SUITE_P(Sizes, PeakPickerWith,
                         testing::Values(Case{20, 10, 700}, Case{5, 10, 300}, Case{16, 1, 300},
                                         Case{17, 2, 300}, Case{40, 6, 400}, Case{200, 50, 300},
                                         Case{20, 10, 1}, Case{20, 10, 2}, Case{20, 10, 15}, Case{20, 10, 31},
                                         Case{20, 10, 32}, Case{20, 10, 33}, Case{64, 3, 20}));

Values ascending(std::size_t n) {
  Values axis(n);
  for (std::size_t i = 0; i < n; ++i) axis[i] = 100.0 + static_cast<double>(i);
  return axis;
}

std::vector<Peak> picked(const Values& row, double snr, const Values& noise) {
  const Values axis = ascending(row.size());
  PeakPicker picker({snr, 20, 10}, axis);
  std::vector<Peak> peaks;
  picker.pick(row, noise, peaks);
  expect_equal(peaks, NaivePicker({snr, 20, 10}, axis).pick(row, noise));
  return peaks;
}

Values bump(std::size_t n, std::size_t centre, double height) {
  Values row(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double distance = static_cast<double>(i) - static_cast<double>(centre);
    row[i] = height * std::exp(-distance * distance / 8.0);
  }
  return row;
}

TEST(PeakPicker, KeepsAPeakAtTheThresholdAndDropsOneBelow) {
  const Values row = bump(80, 40, 10.0);
  EXPECT_EQ(picked(row, 5.0, Values(80, 2.0)).size(), 1U);
  EXPECT_EQ(picked(row, 5.0, Values(80, std::nextafter(2.0, 3.0))).size(), 0U);
}

TEST(PeakPicker, TakesZeroNoiseAsInfinitelyGoodAndNegativeNoiseAsNone) {
  const Values row = bump(80, 40, 10.0);
  const auto peaks = picked(row, 5.0, Values(80, 0.0));
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].snr, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(picked(row, 5.0, Values(80, -0.1)).empty());
  EXPECT_TRUE(picked(Values(80, 0.0), 5.0, Values(80, 0.0)).empty());
}

TEST(PeakPicker, SeesAFallingStartAndNeverTheLastChannel) {
  Values falling(60);
  for (std::size_t i = 0; i < falling.size(); ++i) falling[i] = 60.0 - static_cast<double>(i);
  const auto peaks = picked(falling, 1.0, Values(60, 1.0));
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].intensity, 60.0);
  EXPECT_GE(peaks[0].mass, 100.0);
  const Values rising(falling.rbegin(), falling.rend());
  EXPECT_TRUE(picked(rising, 1.0, Values(60, 1.0)).empty());
}

// The maximum lies below the first channel, where there is no mass to interpolate with.
TEST(PeakPicker, GuardsTheEdgeBelowTheFirstChannel) {
  Values row(60, 0.0);
  row[0] = 1.0;
  row[1] = -5.0;  // the interpolation swings up on the other side
  const auto peaks = picked(row, 0.5, Values(60, 1.0));
  ASSERT_FALSE(peaks.empty());
  EXPECT_EQ(peaks[0].mass, 100.0);
}

TEST(PeakPicker, TakesBothEndsOfAPlateauAsCandidates) {
  Values row = bump(100, 40, 10.0);
  row.insert(row.begin() + 40, 8, row[40]);
  // With room for a bin size between their centroids both ends are stored; the channels between them are not.
  const auto peaks = picked(row, 5.0, Values(row.size(), 1.0));
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_NEAR(peaks[0].mass, 140.0, 1.0);
  EXPECT_NEAR(peaks[1].mass, 148.0, 1.0);
}

TEST(PeakPicker, DropsACentroidWithinABinOfTheLastCandidate) {
  Values row = bump(100, 40, 10.0);
  row.insert(row.begin() + 40, 1, row[40]);  // a plateau of two channels: one maximum between them
  EXPECT_EQ(picked(row, 5.0, Values(row.size(), 1.0)).size(), 1U);
}

// Three peaks, each a little below its channel; the axis makes wide steps right after the second and the
// third. The second lies within its bin size of the first and is not stored, but it is what the third is
// compared with.
TEST(PeakPicker, ComparesWithTheLastCandidateStoredOrNot) {
  Values row(100, 0.0);
  for (const double centre : {29.7, 49.7, 69.7}) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double distance = static_cast<double>(i) - centre;
      row[i] += 10.0 * std::exp(-distance * distance / 4.0);
    }
  }
  const PeakPickingOptions options{5.0, 20, 10};
  const auto count_stored = [&](double last_step) {
    Values axis(row.size());
    for (std::size_t i = 0; i < axis.size(); ++i) {
      axis[i] = 0.01 * static_cast<double>(i) + (i > 50 ? 10.0 : 0.0) + (i > 70 ? last_step : 0.0);
    }
    PeakPicker picker(options, axis);
    std::vector<Peak> peaks;
    picker.pick(row, Values(row.size(), 1.0), peaks);
    expect_equal(peaks, NaivePicker(options, axis).pick(row, Values(row.size(), 1.0)));
    return peaks.size();
  };
  // Centroids near 0.3, 0.5 and 10.7.
  EXPECT_EQ(count_stored(10.25),
            1U);  // 10.26 is more than from the second to the third, but less than from the first
  EXPECT_EQ(count_stored(10.0), 2U);
}

TEST(PeakPicker, StoresACentroidExactlyOneBinFromTheLast) {
  Values row = bump(100, 40, 10.0);
  const Values second = bump(100, 60, 10.0);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] += second[i];
  Values axis(row.size());
  for (std::size_t i = 0; i < axis.size(); ++i) axis[i] = static_cast<double>(i);
  const auto count_stored = [&](double step) {
    for (std::size_t i = 61; i < axis.size(); ++i) axis[i] = static_cast<double>(i - 1) + step;
    PeakPicker picker({5.0, 20, 10}, axis);
    std::vector<Peak> peaks;
    picker.pick(row, Values(row.size(), 1.0), peaks);
    EXPECT_EQ(peaks[0].mass, 40.0);
    return peaks.size();
  };
  EXPECT_EQ(count_stored(20.0), 2U);
  EXPECT_EQ(count_stored(20.5), 1U);
}

TEST(PeakPicker, FindsNothingInEmptyConstantAndNaNRows) {
  EXPECT_TRUE(picked({}, 1.0, {}).empty());
  EXPECT_TRUE(picked({5.0}, 1.0, {1.0}).empty());
  EXPECT_TRUE(picked(Values(50, 5.0), 1.0, Values(50, 1.0)).empty());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(picked(Values(50, nan), 1.0, Values(50, 1.0)).empty());
}

TEST(PeakPicker, GivesNoAreaToAFlatZero) {
  const Values axis = ascending(50);
  PeakPicker picker({5.0, 20, 10}, axis);
  EXPECT_EQ(picker.area_at(Values(50, 0.0), 20), 0.0);
}

// Every part far below zero: no interpolated point is above -1.
TEST(PeakPicker, GivesNoAreaBelowTheSearchFloor) {
  const Values axis = ascending(50);
  PeakPicker picker({5.0, 20, 10}, axis);
  EXPECT_EQ(picker.area_at(Values(50, -1e6), 20), 0.0);
}

}  // namespace
}  // namespace fanfold::kernels
