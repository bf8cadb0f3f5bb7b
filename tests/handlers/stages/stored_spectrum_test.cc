#include "handlers/spectra/stored_spectrum.h"

#include <gtest/gtest.h>

namespace fanfold::handlers {
namespace {

TEST(SpectrumFigures, AreThoseOfTheSpectrum) {
  const std::vector<double> mz{100, 101, 102, 103, 104, 105};
  const std::vector<double> intensity{1, 4, 2, 4, 0.5, 0};
  const SpectrumFigures figures = figures_of(mz, intensity);
  EXPECT_EQ(figures.tic, 11.5);
  EXPECT_EQ(figures.base_mz, 101.0);  // the first of two equal maxima
  EXPECT_EQ(figures.base_intensity, 4.0);
  EXPECT_EQ(figures.low_mz, 100.0);
  EXPECT_EQ(figures.high_mz, 105.0);
}

TEST(SpectrumFigures, OfAnEmptySpectrumAreZero) {
  const SpectrumFigures figures = figures_of({}, {});
  EXPECT_EQ(figures.tic, 0.0);
  EXPECT_EQ(figures.high_mz, 0.0);
}

TEST(SpectrumFigures, LookForTheEndsOfMassesThatAreNotSorted) {
  const SpectrumFigures figures = figures_of(std::vector<double>{5, 3, 9}, std::vector<double>{1, 1, 1});
  EXPECT_EQ(figures.low_mz, 3.0);
  EXPECT_EQ(figures.high_mz, 9.0);
}

TEST(StoredArray, ShowsWhatAReaderWillSee) {
  StoredArray array(ValueType::float32, IntegerRule::saturate);
  const std::vector<double> values{0.1, 1.0};
  EXPECT_EQ(array.encode(values).size(), 8u);
  EXPECT_EQ(array.decoded()[0], static_cast<double>(0.1f));
  EXPECT_EQ(array.decoded()[1], 1.0);
}

TEST(StoredArray, TruncatesToIntegersTowardZero) {
  StoredArray array(ValueType::int32, IntegerRule::saturate);
  array.encode(std::vector<double>{1.9, -1.9, 1e300});
  EXPECT_EQ(array.decoded()[0], 1.0);
  EXPECT_EQ(array.decoded()[1], -1.0);
  EXPECT_EQ(array.decoded()[2], 2147483647.0);
}

}  // namespace
}  // namespace fanfold::handlers
