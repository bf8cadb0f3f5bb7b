// Ion images of imzML files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "orchestrator/ion_image/normalization.h"
#include "orchestrator/ion_image/spectrum_source.h"
#include "tests/orchestrator/ion_image/test_inputs.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold::ion_image {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

class SpectrumImages : public ::testing::Test {
 protected:
  ImageOptions options(const std::vector<double>& masses, double ppm) const {
    ImageOptions options;
    options.input = m_folder.file("a.imzML");
    options.masses = masses;
    options.ppm = ppm;
    return options;
  }
  IonImages pick(const ImageOptions& options) {
    auto result = pick_from_spectra(m_stores, options, {});
    EXPECT_TRUE(result) << result.error().message();
    return result ? std::move(*result) : IonImages{{}, {IonImage{}}};
  }

  // Makes an array of a.imzML, the first is 0, `values` long, which were `before`; of 8 bytes each.
  void shorten(std::size_t array, std::size_t before, std::size_t values) const {
    std::string text = m_folder.read("a.imzML");
    for (const std::size_t width : {std::size_t{1}, std::size_t{8}}) {
      const std::string name = width == 1 ? "external array length" : "external encoded length";
      std::size_t at = text.find(name);
      for (std::size_t i = 0; i < array; ++i) at = text.find(name, at + 1);
      const std::string old = fmt::format("value=\"{}\"", before * width);
      at = text.find("value=", at);
      ASSERT_EQ(text.substr(at, old.size()), old);
      text.replace(at, old.size(), fmt::format("value=\"{}\"", values * width));
    }
    m_folder.write("a.imzML", text);
  }

  TemporaryDirectory m_folder;
  StoreRegistry m_stores;
};

const std::vector<double> k_axis{100, 200, 200.01, 200.02, 300};

TEST_F(SpectrumImages, TakeTheLargestValueOfAWindow) {
  write_spectra(m_folder.file("a.imzML"),
                {{1, 1, k_axis, {1, 2, 9, 4, 5}}, {2, 1, {}, {0, 7, 6, 0, 8}}, {1, 2, {}, {0, 0, 0, 0, 0}}},
                true, ValueType::float32, 25);
  const IonImages images = pick(options({200.01, 300}, 60));
  EXPECT_THAT(images.labels, ElementsAre("m/z 200.0100 ±60 ppm", "m/z 300.0000 ±60 ppm"));
  ASSERT_EQ(images.images.size(), 1u);
  const IonImage& image = images.images[0];
  EXPECT_EQ(image.name, "a");
  EXPECT_THAT(image.x, ElementsAre(1, 2, 1));
  EXPECT_THAT(image.y, ElementsAre(1, 1, 2));
  EXPECT_THAT(image.values[0], ElementsAre(9, 7, 0));
  EXPECT_THAT(image.values[1], ElementsAre(5, 8, 0));
  ASSERT_TRUE(image.pixel_size);
  EXPECT_EQ(image.pixel_size->x_um, 25);
}

TEST_F(SpectrumImages, OrTheirSum) {
  write_spectra(m_folder.file("a.imzML"), {{1, 1, k_axis, {1, 2, 9, 4, 5}}, {2, 1, {}, {0, -7, -6, NAN, 8}}},
                true, ValueType::float64);
  auto wanted = options({200.01}, 60);
  wanted.window = Window::sum;
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(15, -13));
  wanted.window = Window::maximum;
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(9, 0)) << "NaN counts as 0";
}

TEST_F(SpectrumImages, ReadProcessedSpectraOfAnyLengthAndOrder) {
  write_spectra(m_folder.file("a.imzML"),
                {{1, 1, {100, 200}, {1, 2}},
                 {2, 1, {}, {}},
                 {3, 1, {300, 200, 100, 199.9999}, {9, 3, 9, 4}},
                 {4, 1, {150}, {7}},
                 {5, 1, {200}, {5}}},
                false);
  const IonImages images = pick(options({200}, 5));
  EXPECT_THAT(images.images[0].values[0], ElementsAre(2, 0, 4, 0, 5));
  EXPECT_FALSE(images.images[0].pixel_size);
}

TEST_F(SpectrumImages, AreNormalizedByTheSpectraRead) {
  write_spectra(m_folder.file("a.imzML"),
                {{1, 1, {100, 200}, {3, 1}}, {2, 1, {}, {4, 4}}, {3, 1, {}, {0, 0}}}, true,
                ValueType::float64);
  auto wanted = options({200}, 5);
  wanted.normalization = Normalization::tic;  // 4, 8, 0: mean 6
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(1.5, 3, 0));
  wanted.normalization = Normalization::max;  // 3, 4, 0: mean 3.5
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(3.5 / 3, 3.5, 0));
  wanted.normalization = Normalization::rms;
  const double first = std::sqrt(10.0), second = std::sqrt(32.0), mean = (first + second) / 2;
  EXPECT_THAT(pick(wanted).images[0].values[0],
              ElementsAre(DoubleNear(mean / first, 1e-12), DoubleNear(4 * mean / second, 1e-12), 0));
}

TEST_F(SpectrumImages, CountWhatIsNotFiniteAsZero) {
  write_spectra(m_folder.file("a.imzML"),
                {{1, 1, {100, 200}, {NAN, 2}}, {2, 1, {}, {6, INFINITY}}, {3, 1, {}, {-INFINITY, 4}}}, true,
                ValueType::float64);
  auto wanted = options({200, 100}, 5);
  const auto values = pick(wanted).images[0].values;
  EXPECT_THAT(values[0], ElementsAre(2, 0, 4));
  EXPECT_THAT(values[1], ElementsAre(0, 6, 0));
  // Every norm is that of the one value left: 2, 6, 4, their mean 4.
  for (const Normalization norm : {Normalization::tic, Normalization::rms, Normalization::max}) {
    wanted.normalization = norm;
    const auto normalized = pick(wanted).images[0].values;
    EXPECT_THAT(normalized[0], ElementsAre(4, 0, 4));
    EXPECT_THAT(normalized[1], Pointwise(DoubleNear(1e-12), std::vector<double>{0, 4, 0}));
  }
}

TEST_F(SpectrumImages, CutProcessedSpectraToTheShorterArray) {
  write_spectra(m_folder.file("a.imzML"), {{1, 1, {100, 200, 300}, {3, 1, 50}}, {2, 1, {100, 200}, {4, 4}}},
                false, ValueType::float64);
  shorten(0, 3, 2);  // the m/z values of the first pixel
  auto wanted = options({200}, 5);
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(1, 4));
  wanted.normalization = Normalization::tic;  // 4, 8: mean 6
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(1.5, 3));
}

TEST_F(SpectrumImages, FillSpectraOnASharedAxisWithZeros) {
  write_spectra(m_folder.file("a.imzML"), {{1, 1, {100, 200, 200.001}, {3, -1, -2}}, {2, 1, {}, {4, -4, -8}}},
                true, ValueType::float64);
  shorten(3, 3, 2);  // the intensities of the second pixel
  EXPECT_THAT(pick(options({200}, 50)).images[0].values[0], ElementsAre(-1, 0));
  auto wanted = options({200}, 50);
  wanted.window = Window::sum;
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(-3, -4));
  wanted.normalization = Normalization::max;  // 3, 4: mean 3.5
  EXPECT_THAT(pick(wanted).images[0].values[0], ElementsAre(-3.5, -3.5));
}

// More runs of values within the window than are noted at once.
TEST_F(SpectrumImages, TakeEveryValueOfAnAxisInDisorder) {
  constexpr std::size_t k_points = 700, k_pixels = 1000;
  std::vector<TestPixel> pixels(k_pixels);
  std::vector<double> sums(k_pixels), norms(k_pixels), normalized;
  for (std::size_t k = 0; k < k_points; ++k) pixels[0].mz.push_back(k % 2 == 0 ? 200 : 100);
  for (std::size_t i = 0; i < k_pixels; ++i) {
    pixels[i].x = static_cast<std::int32_t>(i % 40);
    pixels[i].y = static_cast<std::int32_t>(i / 40);
    for (std::size_t k = 0; k < k_points; ++k) {
      const auto value = static_cast<double>((i + k * k) % 11);
      pixels[i].intensity.push_back(value);
      norms[i] += value;
      sums[i] += k % 2 == 0 ? value : 0;
    }
  }
  write_spectra(m_folder.file("a.imzML"), pixels, true);
  auto wanted = options({200}, 5);
  wanted.window = Window::sum;
  EXPECT_EQ(pick(wanted).images[0].values[0], sums);
  wanted.normalization = Normalization::tic;
  const std::vector<double> factors = normalization_factors(norms);
  for (std::size_t i = 0; i < k_pixels; ++i) normalized.push_back(sums[i] * factors[i]);
  EXPECT_EQ(pick(wanted).images[0].values[0], normalized);
}

TEST_F(SpectrumImages, SayWhatIsNearestWhereNothingIsNear) {
  write_spectra(m_folder.file("a.imzML"), {{1, 1, {100, 200}, {3, 1}}, {2, 1, {100, 260}, {4, 4}}}, false);
  const auto images = pick_from_spectra(m_stores, options({200, 250}, 5), {});
  ASSERT_FALSE(images);
  EXPECT_EQ(images.error().kind(), ErrorKind::not_found);
  EXPECT_THAT(images.error().message(), HasSubstr("within 5 ppm of m/z 250; the nearest is at 260.000000"));
}

TEST_F(SpectrumImages, ReadOnlyTheRangesThatAreNeeded) {
  // 40 spectra of 400 kB each, one value of each is wanted: gaps are longer than what is read to bridge them.
  std::vector<double> axis(50'000);
  for (std::size_t i = 0; i < axis.size(); ++i) axis[i] = 100 + static_cast<double>(i) * 0.01;
  std::vector<TestPixel> pixels;
  for (int i = 0; i < 40; ++i) {
    TestPixel pixel{i, 1, {}, std::vector<double>(axis.size(), 1.0)};
    pixel.intensity[25'000] = i;
    pixels.push_back(std::move(pixel));
  }
  pixels[0].mz = axis;
  write_spectra(m_folder.file("a.imzML"), pixels, true, ValueType::float64);
  const IonImages images = pick(options({axis[25'000]}, 1));
  for (int i = 0; i < 40; ++i) EXPECT_EQ(images.images[0].values[0][static_cast<std::size_t>(i)], i);
  EXPECT_LT(m_stores.traffic().bytes_read, 1'000'000u);
}

// The same numbers whichever way they are read, over more than one batch of pixels.
TEST_F(SpectrumImages, AgreeWithALookAtEveryValue) {
  std::mt19937 random(5);
  std::vector<TestPixel> pixels(2500);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i].x = static_cast<std::int32_t>(i % 50);
    pixels[i].y = static_cast<std::int32_t>(i / 50);
    // Every third pixel has the m/z values of the one before, at another place in the file.
    if (i % 3 == 1) pixels[i].mz = pixels[i - 1].mz;
    const std::size_t length = i % 3 == 1 ? pixels[i].mz.size() : random() % 20;
    while (pixels[i].mz.size() < length)
      pixels[i].mz.push_back(100 + static_cast<double>(random() % 1000) / 1000);
    if (i % 2 == 0) std::ranges::sort(pixels[i].mz);
    for (std::size_t k = 0; k < length; ++k)
      pixels[i].intensity.push_back(static_cast<double>(random() % 1000));
  }
  write_spectra(m_folder.file("a.imzML"), pixels, false);
  for (const Window window : {Window::maximum, Window::sum}) {
    auto wanted = options({100.2, 100.7}, 500);
    wanted.window = window;
    std::vector<std::vector<double>> expected(2);
    for (std::size_t mass = 0; mass < 2; ++mass) {
      for (const TestPixel& pixel : pixels) {
        double value = 0;
        for (std::size_t k = 0; k < pixel.mz.size(); ++k) {
          const double mz = wanted.masses[mass];
          if (pixel.mz[k] < mz * (1 - 500 * 1e-6) || pixel.mz[k] > mz * (1 + 500 * 1e-6)) continue;
          value = window == Window::sum ? value + pixel.intensity[k] : std::max(value, pixel.intensity[k]);
        }
        expected[mass].push_back(value);
      }
    }
    EXPECT_EQ(pick(wanted).images[0].values, expected);
  }
}

TEST_F(SpectrumImages, StopWhenAsked) {
  write_spectra(m_folder.file("a.imzML"), {{1, 1, {100}, {1}}}, true);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(pick_from_spectra(m_stores, options({100}, 5), stop.get_token()).error().kind(),
            ErrorKind::cancelled);
}

}  // namespace
}  // namespace fanfold::ion_image
