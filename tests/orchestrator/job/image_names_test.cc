#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/job/job.h"

namespace fanfold {
namespace {

using ::testing::ElementsAre;

TEST(ImageNames, AreFileNamesUpToTheLastDot) {
  EXPECT_THAT(image_names({{"a/2017-07-25.Brain.imzML", {}}, {"s3://b/k/c.imzML", {}}, {"plain", {}}}),
              ElementsAre("2017-07-25.Brain", "c", "plain"));
}

TEST(ImageNames, DoNotShowThatTheDocumentIsCompressed) {
  EXPECT_THAT(image_names({{"a/c.imzML.gz", {}}, {"d.x.imzml.GZ", "left"}}),
              ElementsAre("c", "d.x_ROI_left"));
}

TEST(ImageNames, CarryTheRegion) {
  EXPECT_THAT(image_names({{"c.imzML", "left"}, {"c.imzML", "right"}}),
              ElementsAre("c_ROI_left", "c_ROI_right"));
}

TEST(ImageNames, AreDifferentEvenWhereANumberIsTaken) {
  EXPECT_THAT(image_names({{"x/c.imzML", {}}, {"y/c.imzML", {}}, {"c-2.imzML", {}}, {"z/c.imzML", {}}}),
              ElementsAre("c", "c-2", "c-2-2", "c-3"));
}

TEST(ImageNames, CanStandInAFileName) {
  EXPECT_THAT(image_names({{"c.imzML", "../up\n"}, {"d/.imzML", {}}}), ElementsAre("c_ROI_.._up_", "image"));
}

}  // namespace
}  // namespace fanfold
