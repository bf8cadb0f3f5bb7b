#include <gtest/gtest.h>

#include "orchestrator/image_files/image_index.h"

namespace fanfold {
namespace {

TEST(IndexedImage, CountsStoredBytesBesideTheValuesWhereOneKindIsCompressed) {
  IndexedImage image;
  image.longest = 1000;
  image.largest_stored = 300;
  image.description.mz = {ValueType::float64, Compression::none};
  image.description.intensity = {ValueType::float32, Compression::none};
  EXPECT_EQ(image.largest_spectrum_bytes(), 12'000U);
  image.description.intensity.compression = Compression::zlib;
  EXPECT_EQ(image.largest_spectrum_bytes(), 12'300U);
}

}  // namespace
}  // namespace fanfold
