#include "runtime/imzml/roi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold::imzml {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string with_spot(std::string_view spot) {
  return fmt::format(
      "<ClinProtSpectraImport><Class Name=\"a\">\n<Element Spot=\"{}\"/></Class></ClinProtSpectraImport>",
      spot);
}

std::string error_of(std::string_view text) {
  const auto rois = parse_roi_xml(text, "r.xml");
  return rois ? "no error" : rois.error().message();
}

TEST(ParseRoiXml, GivesNamesAndSpotsInOrder) {
  const auto rois = parse_roi_xml(
      "<?xml version=\"1.0\"?><ClinProtSpectraImport Version=\"0.1\"><Class Name=\"left\" Color=\"1\">"
      "<Element Spot=\"R00X001Y002\"/><Element Spot=\"R01X10Y20\"/></Class><Class Name=\"right\"/>"
      "</ClinProtSpectraImport>",
      "r.xml");
  ASSERT_TRUE(rois) << rois.error().message();
  ASSERT_EQ(rois->size(), 2U);
  EXPECT_EQ((*rois)[0].name, "left");
  EXPECT_THAT((*rois)[0].spots, ElementsAre(Pair(1, 2), Pair(10, 20)));
  EXPECT_EQ((*rois)[1].name, "right");
  EXPECT_TRUE((*rois)[1].spots.empty());
}

TEST(ParseRoiXml, ReadsTheNumbersAroundTheFirstXAndY) {
  const auto spot = [](std::string_view text) {
    return (*parse_roi_xml(with_spot(text), "r.xml"))[0].spots[0];
  };
  EXPECT_EQ(spot("R00X015Y010"), std::pair(15, 10));
  EXPECT_EQ(spot("X-3Y4"), std::pair(-3, 4));
  EXPECT_EQ(spot("X7Y8Z9"), std::pair(7, 8));
}

TEST(ParseRoiXml, RefusesSpotsWithoutBothCoordinates) {
  for (const std::string_view spot : {"", "R00", "R00X015", "R00Y010", "R00Y010X015", "R00X015Y", "XY1",
                                      "XaY1", "X1Yb", "X99999999999Y1"}) {
    EXPECT_THAT(error_of(with_spot(spot)), HasSubstr("'r.xml', line 2: region 'a' has the spot")) << spot;
  }
}

TEST(ParseRoiXml, RefusesOtherDocuments) {
  EXPECT_THAT(error_of(""), HasSubstr("not well-formed"));
  EXPECT_THAT(error_of("<a"), HasSubstr("not well-formed"));
  EXPECT_THAT(error_of("<mzML/>"), HasSubstr("its root is <mzML>"));
  EXPECT_THAT(error_of("<ClinProtSpectraImport/>"), HasSubstr("has no regions"));
  EXPECT_THAT(error_of("<ClinProtSpectraImport><Class/></ClinProtSpectraImport>"), HasSubstr("has no Name"));
  EXPECT_THAT(error_of("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("Git LFS"));
}

TEST(ParseRoiXml, RefusesDocumentsAboveTheLimit) {
  EXPECT_THAT(error_of(std::string(k_max_roi_bytes + 1, ' ')), HasSubstr("may have"));
}

}  // namespace
}  // namespace fanfold::imzml
