#include "orchestrator/ion_image/output_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold::ion_image {
namespace {

using ::testing::ElementsAre;

TEST(OutputNames, KnowFormatsByTheirEndings) {
  EXPECT_EQ(*format_of("a.png"), FileFormat::png);
  EXPECT_EQ(*format_of("d.x/A.PNG"), FileFormat::png);
  EXPECT_EQ(*format_of("a.ome.tif"), FileFormat::tiff);
  EXPECT_EQ(*format_of("a.TIFF"), FileFormat::tiff);
  EXPECT_EQ(*format_of("a.npy"), FileFormat::npy);
  for (const char* path : {"", "a", "a.jpg", "a.png/b", "png", "a."}) EXPECT_FALSE(format_of(path)) << path;
}

TEST(OutputNames, TakeFourDecimalsOrAsManyAsTellMassesApart) {
  EXPECT_THAT(mass_names(std::vector<double>{760.58, 100}), ElementsAre("760.5800", "100.0000"));
  EXPECT_THAT(mass_names(std::vector<double>{760.58001, 760.58002, 1}),
              ElementsAre("760.58001", "760.58002", "1"));
}

TEST(OutputNames, PutPartsBeforeTheEnding) {
  EXPECT_EQ(with_parts("d.e/a.png", {}, {}), "d.e/a.png");
  EXPECT_EQ(with_parts("d.e/a.png", {}, "1.0000"), "d.e/a-1.0000.png");
  EXPECT_EQ(with_parts("a.png", "brain", "1.0000"), "a-brain-1.0000.png");
  EXPECT_EQ(with_parts("a.npy", "../../etc/x\n", {}), "a-.._.._etc_x_.npy");
}

}  // namespace
}  // namespace fanfold::ion_image
