// What the two modes make of spectra: B5, B6, B8 and B16 of the original's defects, and lags of several
// images.
#include <gmock/gmock.h>

#include <bit>
#include <cmath>

#include "tests/e2e/differences_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;

class SpectraDifferences : public Differences {
 protected:
  static TestImage continuous_image(std::size_t pixels, std::size_t channels, std::uint32_t seed) {
    TestImage image;
    image.masses = {even_axis(channels, 500, 0x1p-6)};
    image.intensities = peaky_spectra(pixels, channels, seed);
    return image;
  }
  Spectrum spectrum_of(Numbers numbers, const std::string& stem, const PixelLayout& pixel) const {
    return stored_values(file(numbers, stem + ".ibd"), pixel.intensity_offset, pixel.intensity_length,
                         ValueType::float64);
  }
};

// Bits of the mantissa that are in use.
int mantissa_bits(double value) {
  const std::uint64_t mantissa = std::bit_cast<std::uint64_t>(value) & ((std::uint64_t{1} << 52) - 1);
  return mantissa == 0 ? 0 : 52 - std::countr_zero(mantissa);
}

TEST_F(SpectraDifferences, ResampledContinuousImagesAreReducedAndClippedInOursAlone) {
  const TestImage a = continuous_image(12, 160, 1);
  TestImage b = continuous_image(12, 160, 2);
  for (double& mass : b.masses[0]) mass += 3 * 0x1p-10;
  const Words words{write("a", a), write("b", b)};
  run(words, Numbers::ours);
  run(words, Numbers::rmsi2);
  const auto pixels = layout(Numbers::ours, "b-proc");
  const auto their_pixels = layout(Numbers::rmsi2, "b-proc");
  ASSERT_EQ(pixels.size(), 12u);
  ASSERT_EQ(their_pixels.size(), 12u);
  double our_bits = 0;
  double their_bits = 0;
  int negative = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const Spectrum ours = spectrum_of(Numbers::ours, "b-proc", pixels[i]);
    const Spectrum theirs = spectrum_of(Numbers::rmsi2, "b-proc", their_pixels[i]);
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t k = 0; k < ours.size(); ++k, ++count) {
      negative += theirs[k] < 0;
      if (theirs[k] <= 0) {
        EXPECT_EQ(ours[k], 0);
        continue;
      }
      // The same value with the last bits of its mantissa dropped.
      EXPECT_LE(ours[k], theirs[k]);
      const std::uint64_t ours_as_bits = std::bit_cast<std::uint64_t>(ours[k]);
      const std::uint64_t difference = ours_as_bits ^ std::bit_cast<std::uint64_t>(theirs[k]);
      EXPECT_EQ(difference & ours_as_bits, 0u);
      EXPECT_LT(difference, std::uint64_t{1} << 51) << "at least one bit stays";
      our_bits += mantissa_bits(ours[k]);
      their_bits += mantissa_bits(theirs[k]);
    }
  }
  EXPECT_GT(negative, 0) << "the example has nothing to clip";
  EXPECT_GT(their_bits, 35 * static_cast<double>(count) * 0.9);
  EXPECT_LT(our_bits, their_bits * 0.6);
}

TEST_F(SpectraDifferences, PixelsWithoutSignalDoNotSpoilTheAverageInOurs) {
  TestImage image = continuous_image(16, 160, 4);
  for (const std::size_t dark : {1u, 4u, 5u, 9u, 13u}) image.intensities[dark].assign(160, 0.0);
  const std::string path = write("c", image);
  run({path}, Numbers::ours);
  EXPECT_TRUE(arrays_equal("average", plain::average_of(image.intensities),
                           array(Numbers::ours, "overall_average_run1"), Tolerance::relative));
  const ProgramRun theirs = try_run({path}, Numbers::rmsi2);
  EXPECT_EQ(theirs.exit_code, 3);
  EXPECT_THAT(theirs.errors, HasSubstr("no spectrum of"));
}

// A value above a noise floor that is all but nothing: the formula asks for more bits than an integer can
// count.
TEST_F(SpectraDifferences, AVanishingNoiseFloorKeepsAllBitsInOursAndOneInTheirs) {
  constexpr std::size_t k_channels = 256;
  constexpr double k_value = 1.2345678;
  const auto kernel = [](std::size_t distance) { return plain::noise_kernel(k_channels, distance); };
  const double floor_without = k_value * kernel(0) + 10 * kernel(100);
  Spectrum spectrum(k_channels);
  spectrum[128] = k_value;
  spectrum[28] = 10;
  spectrum[129] = -floor_without / kernel(1) * (1 - 1e-10);
  TestImage image;
  image.masses = {even_axis(k_channels, 500, 0x1p-6)};
  image.intensities.assign(4, spectrum);
  const Words words{write("c", image), "--set", "smoothing.enable=false", "--set",
                    "peakpicking.enable=false"};
  const auto written = [&](Numbers numbers) {
    return spectrum_of(numbers, "c-proc", layout(numbers, "c-proc")[2])[128];
  };
  run(words, Numbers::ours);
  EXPECT_EQ(written(Numbers::ours), k_value);
  run(words, Numbers::rmsi2);
  EXPECT_EQ(written(Numbers::rmsi2), 1.0);
}

TEST_F(SpectraDifferences, ImagesOfDifferentSizeNeedNoAlignment) {
  const TestImage small = continuous_image(5, 160, 5);
  const TestImage large = continuous_image(21, 160, 6);
  const std::string a = write("a", small);
  const std::string b = write("b", large);
  const Words off{"--set", "alignment.enable=false", "--set", "peakpicking.enable=false"};
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    Words words{a, b};
    words.insert(words.end(), off.begin(), off.end());
    run(words, numbers);
    const std::string first = file(numbers, "a-proc.ibd").substr(16);
    const std::string second = file(numbers, "b-proc.ibd").substr(16);
    for (const auto& [path, expected] : {std::pair{a, first}, std::pair{b, second}}) {
      Words single{path};
      single.insert(single.end(), off.begin(), off.end());
      run(single, numbers);
      const std::string stem = path == a ? "a" : "b";
      EXPECT_TRUE(
          bytes_equal(name(numbers) + " " + stem, expected, file(numbers, stem + "-proc.ibd").substr(16)));
    }
  }
}

class LagsOfManyImages : public SpectraDifferences {
 protected:
  // `rows` in the order of the group.
  void expect_lags(Numbers numbers, const std::vector<Spectrum>& rows, const Spectrum& axis) const {
    const Spectrum reference = array(numbers, "reference_smoothed_run1");
    Spectrum low;
    Spectrum high;
    for (const Spectrum& row : rows) {
      const plain::Lags lags = plain::lags_of(plain::smoothed7(row), reference, axis);
      low.push_back(lags.low);
      high.push_back(lags.high);
    }
    EXPECT_TRUE(arrays_equal(name(numbers) + " low", low, array(numbers, "lag_low_run1"), Tolerance::exact));
    EXPECT_TRUE(
        arrays_equal(name(numbers) + " high", high, array(numbers, "lag_high_run1"), Tolerance::exact));
    EXPECT_GT(std::count_if(low.begin(), low.end(), [](double lag) { return lag != 0; }),
              static_cast<std::ptrdiff_t>(low.size() / 4))
        << "the example has next to nothing to align";
  }
};

TEST_F(LagsOfManyImages, BelongToTheirOwnPixels) {
  const TestImage a = continuous_image(9, 200, 7);
  TestImage b = continuous_image(14, 200, 7);
  b.intensities = slice(peaky_spectra(30, 200, 7), 9, 14);  // the same peaks, other displacements
  const Words words{write("a", a), write("b", b)};
  std::vector<Spectrum> rows = a.intensities;
  rows.insert(rows.end(), b.intensities.begin(), b.intensities.end());
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run(words, numbers);
    expect_lags(numbers, rows, a.masses[0]);
  }
}

TEST_F(LagsOfManyImages, BelongToThePixelsOfRegions) {
  const TestImage image = continuous_image(24, 200, 8);  // 8 columns, 3 rows
  const auto spot = [](std::size_t pixel) {
    return "<Element Spot=\"R00X" + std::to_string(pixel % 8 + 1) + "Y" + std::to_string(pixel / 8 + 1) +
           "\"/>";
  };
  const std::vector<std::size_t> north{0, 1, 2, 9, 10};
  const std::vector<std::size_t> south{3, 11, 17, 18, 19, 20, 23};
  std::string xml = "<ClinProtSpectraImport>";
  std::vector<Spectrum> rows;
  for (const auto& [name, pixels] : {std::pair{"north", north}, std::pair{"south", south}}) {
    xml += std::string("<Class Name=\"") + name + "\">";
    for (const std::size_t pixel : pixels) {
      xml += spot(pixel);
      rows.push_back(image.intensities[pixel]);
    }
    xml += "</Class>";
  }
  write_text(m_workspace.path("roi.xml"), xml + "</ClinProtSpectraImport>");
  const Words words{write("c", image), "--roi", m_workspace.path("roi.xml")};
  for (const Numbers numbers : {Numbers::ours, Numbers::rmsi2}) {
    run(words, numbers);
    expect_lags(numbers, rows, image.masses[0]);
    EXPECT_EQ(layout(numbers, "c_ROI_north-proc").size(), north.size());
    EXPECT_EQ(layout(numbers, "c_ROI_south-proc").size(), south.size());
  }
}

}  // namespace
}  // namespace fanfold::e2e
