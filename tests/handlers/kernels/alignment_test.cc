#include "handlers/kernels/alignment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "handlers/kernels/axis.h"
#include "tests/handlers/kernels/reference.h"

namespace fanfold::kernels {
namespace {

using Values = std::vector<double>;

// The definition, one spectrum at a time, transforms in long double.
class NaiveAligner {
 public:
  NaiveAligner(const AlignmentOptions& options, Values axis, const Values& ref)
      : m_options(options), m(std::move(axis)), m_n(static_cast<long>(m.size())) {
    m_window = std::clamp<long>(std::lround(options.window_relative * static_cast<double>(m_n)), 1, m_n);
    m_length = reference::power_of_two(static_cast<double>(m_window));
    m_total = reference::power_of_two(static_cast<double>(m_window) * options.oversampling);
    const double fractions[3] = {options.ref_low, options.ref_mid, options.ref_high};
    for (int part = 0; part < 3; ++part) {
      const long anchor = std::lround(fractions[part] * static_cast<double>(m_n));
      m_anchor[part] = std::clamp<long>(anchor, 0, m_n - 1);
      m_reference[part] = spectrum(part, options.clamp_reference_late ? anchor : m_anchor[part], ref);
    }
  }

  struct Result {
    Values row, masses;
    Lags lags;
  };

  Result align(Values row, Values masses, const Values& own_intensities) const {
    const bool own = !masses.empty();
    Values warped = own ? masses : m;
    const Values intensities = own ? own_intensities : row;
    Lags reported;
    for (int iteration = 0; iteration < m_options.iterations; ++iteration) {
      double lag[3];
      for (int part = 0; part < 3; ++part) lag[part] = limited(part, lag_of(part, row));
      if (!m_options.bilinear) lag[1] = 0.0;
      if (iteration == 0) reported = {lag[0], lag[1], lag[2]};
      warp(warped, lag);
      interpolate(warped, intensities, m, row);
    }
    return {row, own ? warped : Values{}, reported};
  }

 private:
  static double raised(double numerator, double denominator) {
    return 0.5 * (1.0 - std::cos(2.0 * std::numbers::pi * numerator / denominator));
  }

  reference::Spectrum spectrum(int part, long anchor, const Values& row) const {
    const long w = m_window;
    long offset = anchor;
    if (part == 1) offset = anchor - w / 2;
    if (part == 2) offset = anchor - w;
    if (offset + w > m_n) offset = m_n - w;
    if (offset < 0) offset = 0;
    reference::Spectrum x(m_length);
    for (long i = 0; i < w; ++i) {
      const double value = row[static_cast<std::size_t>(offset + i)];
      double weight = raised(static_cast<double>(w - i), 2.0 * static_cast<double>(w));
      if (part == 1) weight = raised(static_cast<double>(i + 1), static_cast<double>(w));
      if (part == 2) weight = raised(static_cast<double>(i + 1), 2.0 * static_cast<double>(w));
      const std::size_t place =
          part == 2 ? m_length - static_cast<std::size_t>(w - i) : static_cast<std::size_t>(i);
      x[place] = static_cast<long double>(value) * static_cast<long double>(weight);
    }
    return reference::zero_extended(reference::transform(x, -1), m_total);
  }

  double lag_of(int part, const Values& row) const {
    if (m_window < 2) return 0.0;
    auto product = spectrum(part, m_anchor[part], row);
    for (std::size_t k = 0; k < m_total; ++k) product[k] *= std::conj(m_reference[part][k]);
    const auto correlation = reference::transform(product, 1);
    std::size_t best = 0;
    long double highest = 0.0L;
    for (std::size_t k = 0; k < m_total; ++k) {
      if (correlation[k].real() > highest) {
        highest = correlation[k].real();
        best = k;
      }
    }
    const double lag = best >= m_total / 2 ? static_cast<double>(m_total - best) : -static_cast<double>(best);
    return lag * static_cast<double>(m_length) / static_cast<double>(m_total);
  }

  double mass(double index) const {
    return m[static_cast<std::size_t>(std::clamp(index, 0.0, static_cast<double>(m_n - 1)))];
  }

  double limited(int part, double lag) const {
    const double at = m[static_cast<std::size_t>(m_anchor[part])];
    const double moved = mass(std::trunc(static_cast<double>(m_anchor[part]) + lag));
    return 1e6 * std::fabs(at - moved) / at > m_options.max_shift_ppm ? 0.0 : lag;
  }

  void warp(Values& masses, const double (&lag)[3]) const {
    double from[3], to[3];
    for (int part = 0; part < 3; ++part) {
      const double place = static_cast<double>(m_anchor[part]) + lag[part];
      from[part] = m[static_cast<std::size_t>(m_anchor[part])];
      to[part] = mass(m_options.bilinear ? std::round(place) : std::trunc(place));
    }
    const double k = (to[2] - to[0]) / (from[2] - from[0]), s = to[0] - from[0] * k;
    const double k1 = (to[1] - to[0]) / (from[1] - from[0]), s1 = to[0] - from[0] * k1;
    const double k2 = (to[2] - to[1]) / (from[2] - from[1]), s2 = to[1] - from[1] * k2;
    for (double& value : masses) {
      if (!m_options.bilinear) {
        value = value * k + s;
      } else if (value < from[1]) {
        value = value * k1 + s1;
      } else {
        value = value * k2 + s2;
      }
    }
  }

  AlignmentOptions m_options;
  Values m;
  long m_n;
  long m_window;
  std::size_t m_length, m_total;
  long m_anchor[3];
  reference::Spectrum m_reference[3];
};

struct Spectrum {
  Values row, masses, intensities;
};

Lags align(Aligner& aligner, Spectrum& spectrum) {
  AlignRow row{spectrum.row, spectrum.masses, spectrum.intensities, {}};
  aligner.align({&row, 1});
  return row.lags;
}

void expect_equal(const Lags& got, const Lags& expected) {
  EXPECT_EQ(got.low, expected.low);
  EXPECT_EQ(got.mid, expected.mid);
  EXPECT_EQ(got.high, expected.high);
}

AlignmentOptions wide(bool bilinear = false, int iterations = 1, int oversampling = 2) {
  AlignmentOptions options;
  options.bilinear = bilinear;
  options.iterations = iterations;
  options.oversampling = oversampling;
  options.max_shift_ppm = 1e5;
  return options;
}

// Checks lags, rows and masses of continuous and processed spectra, in one batch, and that some lag was
// found.
void expect_matches_definition(const AlignmentOptions& options, std::size_t channels) {
  const Values axis = reference::random_axis(channels, 9, 400.0);
  const Values ref = reference::random_spectrum(channels, 1);
  Aligner aligner(options, axis, ref);
  const NaiveAligner naive(options, axis, ref);
  std::vector<Spectrum> spectra;
  for (const double shift : {2.7, -3.2})
    spectra.push_back({reference::random_spectrum(channels, 1, shift, 5), {}, {}});
  for (const double shift : {-1.4, 4.0}) {
    Spectrum own{reference::random_spectrum(channels, 1, shift, 6),
                 reference::random_axis(channels + 3, 11, 400.0),
                 {}};
    own.intensities.resize(own.masses.size());
    interpolate(axis, own.row, own.masses, own.intensities);
    spectra.push_back(own);
  }
  const std::vector<Spectrum> before = spectra;
  std::vector<AlignRow> rows;
  for (Spectrum& spectrum : spectra)
    rows.push_back({spectrum.row, spectrum.masses, spectrum.intensities, {9, 9, 9}});
  aligner.align(rows);
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "spectrum " << i);
    const auto expected = naive.align(before[i].row, before[i].masses, before[i].intensities);
    expect_equal(rows[i].lags, expected.lags);
    EXPECT_EQ(spectra[i].row, expected.row);
    EXPECT_EQ(spectra[i].masses, expected.masses);
    EXPECT_EQ(spectra[i].intensities, before[i].intensities);
  }
}

TEST(Aligner, IsTheDefinitionLinear) {
  expect_matches_definition(wide(), 1200);
  expect_matches_definition(wide(false, 3, 1), 1200);
  expect_matches_definition(wide(false, 2, 5), 777);
}

TEST(Aligner, IsTheDefinitionBilinear) {
  expect_matches_definition(wide(true), 1200);
  expect_matches_definition(wide(true, 3, 4), 1200);
  expect_matches_definition(wide(true, 2, 10), 601);
}

TEST(Aligner, IsTheDefinitionForOddWindowsAndWholeOnes) {
  AlignmentOptions options = wide(true);
  options.window_relative = 0.501;
  expect_matches_definition(options, 1000);  // W = 501: the middle part starts 250 below its anchor
  options.window_relative = 1.0;
  expect_matches_definition(options, 1000);
  expect_matches_definition(options, 1024);  // no padding at all
  options.window_relative = 7.0;             // kept to the whole spectrum
  expect_matches_definition(options, 300);
}

TEST(Aligner, IsTheDefinitionWhereWindowsAreClampedAtBothEnds) {
  AlignmentOptions options = wide(true);
  options.ref_low = 0.0;
  options.ref_mid = 0.02;
  options.ref_high = 0.05;
  expect_matches_definition(options, 900);
  options.ref_low = 0.95;
  options.ref_mid = 0.97;
  options.ref_high = 0.99;
  expect_matches_definition(options, 900);
}

TEST(Aligner, IsTheDefinitionForTheSmallestSpectra) {
  for (const std::size_t channels : {3U, 4U, 5U, 8U, 17U}) {
    SCOPED_TRACE(testing::Message() << channels << " channels");
    AlignmentOptions options = wide(channels % 2 == 0);
    options.window_relative = 0.9;
    options.ref_high = 0.8;
    expect_matches_definition(options, channels);
  }
}

TEST(Aligner, FindsAShiftAndTakesItBack) {
  const std::size_t n = 1000;
  Values axis(n);
  for (std::size_t i = 0; i < n; ++i) axis[i] = 500.0 + 0.1 * static_cast<double>(i);
  const Values ref = reference::random_spectrum(n, 1);
  Spectrum shifted{Values(n), {}, {}};
  for (std::size_t i = 0; i + 3 < n; ++i) shifted.row[i + 3] = ref[i];
  Aligner aligner(wide(), axis, ref);
  expect_equal(align(aligner, shifted), {-3.0, 0.0, -3.0});
  for (std::size_t i = 10; i + 10 < n; ++i) ASSERT_NEAR(shifted.row[i], ref[i], 1e-6);
}

// An anchor on the end of the axis: clamped after the reference is cut, its window lies one channel off.
TEST(Aligner, FindsTheFalseLagOfALateClampOnlyWhenAskedTo) {
  AlignmentOptions options = wide();
  options.ref_high = 1.0;
  const Values axis = reference::random_axis(800, 9, 400.0);
  const Values ref = reference::random_spectrum(800, 1);
  Spectrum same{ref, {}, {}};
  Aligner early(options, axis, ref);
  expect_equal(align(early, same), {0.0, 0.0, 0.0});
  EXPECT_EQ(same.row, ref);
  options.clamp_reference_late = true;
  Aligner late(options, axis, ref);
  EXPECT_LT(align(late, same).high, 0.0);
  expect_matches_definition(options, 800);
}

TEST(Aligner, DropsLagsBeyondTheLimit) {
  AlignmentOptions options = wide();
  options.max_shift_ppm = 60.0;  // about 2.4 channels at 0.01 of 400
  expect_matches_definition(options, 1200);
  options.max_shift_ppm = 0.0;
  expect_matches_definition(options, 1200);  // lags below a channel pass even then
}

// Half a channel upward truncates to the anchor itself, a shift of 0 ppm.
TEST(Aligner, KeepsALagThatMovesNoMassUnderALimitOfZero) {
  AlignmentOptions options = wide();
  options.max_shift_ppm = 0.0;
  const Values axis = reference::random_axis(1200, 9, 400.0);
  const Values ref = reference::random_spectrum(1200, 1);
  Aligner aligner(options, axis, ref);
  Spectrum below{reference::random_spectrum(1200, 1, -0.5, 5), {}, {}};
  expect_equal(align(aligner, below), {0.5, 0.0, 0.5});
  Spectrum above{reference::random_spectrum(1200, 1, 0.5, 5), {}, {}};
  expect_equal(align(aligner, above), {0.0, 0.0, 0.0});
}

TEST(Aligner, SendsAMassOnTheMiddleAnchorUpTheUpperLine) {
  AlignmentOptions options = wide(true);
  const std::size_t n = 1000;
  Values axis(n);
  for (std::size_t i = 0; i < n; ++i) axis[i] = 500.0 + 0.25 * static_cast<double>(i);
  const Values ref = reference::random_spectrum(n, 1);
  // Stretched: shifted more the higher the channel, so that the two lines differ.
  Values stretched(n), places(n);
  for (std::size_t i = 0; i < n; ++i) places[i] = static_cast<double>(i) * static_cast<double>(i) * 8e-6;
  for (std::size_t i = 0; i < n; ++i) places[i] = axis[i] - places[i];
  interpolate(axis, ref, places, stretched);
  const Values masses{axis[499], std::nextafter(axis[500], 0.0), axis[500], axis[501]};
  Spectrum spectrum{stretched, masses, Values{1.0, 2.0, 3.0, 4.0}};
  Aligner aligner(options, axis, ref);
  const NaiveAligner naive(options, axis, ref);
  const auto expected = naive.align(spectrum.row, spectrum.masses, spectrum.intensities);
  align(aligner, spectrum);
  EXPECT_EQ(spectrum.masses, expected.masses);
  EXPECT_NE(spectrum.masses[2] - spectrum.masses[0], masses[2] - masses[0]);
}

TEST(Aligner, GivesASpectrumTheSameBitsWhateverItsBatch) {
  const Values axis = reference::random_axis(700, 9, 400.0);
  const Values ref = reference::random_spectrum(700, 1);
  Aligner aligner(wide(true, 2, 4), axis, ref);
  const Values row = reference::random_spectrum(700, 1, 1.7, 3);
  Spectrum alone{row, {}, {}};
  const Lags lags = align(aligner, alone);
  std::vector<Values> batch{Values(700, std::numeric_limits<double>::quiet_NaN()), Values(700, 1e200), row};
  std::vector<AlignRow> rows;
  for (Values& values : batch) rows.push_back({values, {}, {}, {}});
  aligner.align(rows);
  EXPECT_EQ(batch[2], alone.row);
  expect_equal(rows[2].lags, lags);
  expect_equal(rows[0].lags, {0.0, 0.0, 0.0});
}

TEST(Aligner, FindsNoLagInEmptySpectraAndReferences) {
  const Values axis = reference::random_axis(700, 9, 400.0);
  const Values zeros(700, 0.0);
  Aligner to_nothing(wide(true), axis, zeros);
  Spectrum spectrum{reference::random_spectrum(700, 1), {}, {}};
  const Values before = spectrum.row;
  expect_equal(align(to_nothing, spectrum), {0.0, 0.0, 0.0});
  EXPECT_EQ(spectrum.row, before);
  Aligner of_nothing(wide(true), axis, before);
  Spectrum empty{zeros, {}, {}};
  expect_equal(align(of_nothing, empty), {0.0, 0.0, 0.0});
  EXPECT_EQ(empty.row, zeros);
}

// The upper half holds nothing: its lag must not come from rounding noise of the lower half.
TEST(Aligner, FindsNoLagInAPartThatIsZero) {
  AlignmentOptions options = wide();
  options.window_relative = 0.3;
  const Values axis = reference::random_axis(1000, 9, 400.0);
  Values row = reference::random_spectrum(1000, 1);
  std::fill(row.begin() + 500, row.end(), 0.0);
  Aligner aligner(options, axis, row);
  Spectrum spectrum{row, {}, {}};
  EXPECT_EQ(align(aligner, spectrum).high, 0.0);
}

TEST(Aligner, DoesNothingWithoutIterations) {
  const Values axis = reference::random_axis(300, 9, 400.0);
  const Values ref = reference::random_spectrum(300, 1);
  Spectrum spectrum{reference::random_spectrum(300, 1, 3.0), axis, ref};
  const Values before = spectrum.row;
  Aligner aligner(wide(false, 0), axis, ref);
  expect_equal(align(aligner, spectrum), {0.0, 0.0, 0.0});
  EXPECT_EQ(spectrum.row, before);
  EXPECT_EQ(spectrum.masses, axis);
}

TEST(Aligner, LeavesMassesAloneBetweenEqualAnchors) {
  AlignmentOptions options = wide();
  options.ref_low = options.ref_high = 0.5;
  const Values axis = reference::random_axis(300, 9, 400.0);
  const Values ref = reference::random_spectrum(300, 1);
  Spectrum spectrum{reference::random_spectrum(300, 1, 3.0), axis, ref};
  Aligner aligner(options, axis, ref);
  align(aligner, spectrum);
  EXPECT_EQ(spectrum.masses, axis);
}

TEST(Aligner, TakesOneChannel) {
  const Values axis{500.0};
  Spectrum spectrum{{3.0}, {}, {}};
  Aligner aligner(wide(true, 2), axis, Values{2.0});
  expect_equal(align(aligner, spectrum), {0.0, 0.0, 0.0});
  EXPECT_EQ(spectrum.row, Values{3.0});
}

}  // namespace
}  // namespace fanfold::kernels
