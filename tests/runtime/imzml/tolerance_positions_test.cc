// Where pixels lie: positions in odd places, in odd notations, with odd values.
#include <limits>

#include "tests/runtime/imzml/tolerance.h"

namespace fanfold::imzml::testing {
namespace {

const std::string k_arrays =
    DocumentText::array("mz", {"16", "3", "24"}) + DocumentText::array("int", {"40", "3", "12"});

std::string user(std::string_view name, std::string_view value) {
  return fmt::format("<userParam name=\"{}\" value=\"{}\"/>", name, value);
}
std::string position(std::string_view x, std::string_view y) {
  return cv("IMS:1000050", "position x", x) + cv("IMS:1000051", "position y", y);
}
std::string in_scan(const std::string& params) {
  return "<scanList count=\"1\"><scan>" + params + "</scan></scanList>";
}

// A document of pixels that share their arrays.
DocumentText pixels_at(const std::vector<std::string>& positions) {
  DocumentText document;
  document.mode = cv("IMS:1000030", "continuous");
  document.scan_settings = cv("IMS:1000042", "max count of pixels x", "100000") +
                           cv("IMS:1000043", "max count of pixels y", "100000");
  for (const std::string& text : positions) document.add(text, k_arrays);
  return document;
}

std::pair<int, int> place(const Outcome& outcome, std::size_t pixel) {
  return {outcome.pixels.at(pixel).x, outcome.pixels.at(pixel).y};
}

TEST(TolerantPositions, StandInTheSpectrumWhereTheScanHasNone) {
  const Outcome outcome =
      read_cleanly(pixels_at({position("4", "5"), position("9", "9") + in_scan(position("1", "2"))}).text(),
                   ibd_of_size(52));
  EXPECT_EQ(place(outcome, 0), std::pair(4, 5));
  EXPECT_EQ(place(outcome, 1), std::pair(1, 2));
}

TEST(TolerantPositions, AreReadFromUserParamsWhereNoTermTellsThem) {
  const DocumentText document =
      pixels_at({in_scan(user("xCoord", "3") + user("yCoord", "4")),
                 user("3DPositionX", "120.4") + user("3DPositionY", "79.6") + user("3DPositionZ", "0"),
                 in_scan(user("xCoord", "5") + user("yCoord", "6") + user("3DPositionX", "1") +
                         user("3DPositionY", "1"))});
  const Outcome outcome = read_with_warning(document.text(), ibd_of_size(52),
                                            "no position but that of its userParams; (3, 4) is used");
  EXPECT_EQ(place(outcome, 0), std::pair(3, 4));
  EXPECT_EQ(place(outcome, 1), std::pair(120, 80));
  EXPECT_EQ(place(outcome, 2), std::pair(5, 6));
}

TEST(TolerantPositions, OfTermsWinOverUserParams) {
  const DocumentText document =
      pixels_at({in_scan(user("xCoord", "30") + user("3DPositionX", "1e6") + position("3", "4") +
                         user("3DPositionY", "oops") + user("3DPositionZ", "12"))});
  EXPECT_EQ(place(read_cleanly(document.text(), ibd_of_size(52)), 0), std::pair(3, 4));
}

TEST(TolerantPositions, OfUserParamsMustBeNumbers) {
  for (const char* const value : {"left", "NaN", "Inf", "1e10"}) {
    const DocumentText document = pixels_at({in_scan(user("xCoord", value) + user("yCoord", "1"))});
    EXPECT_THAT(message_of(read(document.text(), ibd_of_size(52))),
                HasSubstr(fmt::format("its userParam of position x is '{}', not a number", value)));
  }
  EXPECT_THAT(message_of(read(pixels_at({in_scan(user("3DPositionX", "1"))}).text(), ibd_of_size(52))),
              HasSubstr("it has no position y"));
}

TEST(TolerantPositions, NeedNoDepthThatIsANumber) {
  const DocumentText document =
      pixels_at({in_scan(user("xCoord", "3") + user("yCoord", "4") + user("zCoord", "-"))});
  const Outcome outcome = read(document.text(), ibd_of_size(52));
  ASSERT_TRUE(outcome.description) << message_of(outcome);
  EXPECT_EQ(place(outcome, 0), std::pair(3, 4));
}

TEST(TolerantPositions, MayBeWrittenAsRealNumbers) {
  const Outcome outcome =
      read_cleanly(pixels_at({in_scan(position("1.2e+01", "3.000"))}).text(), ibd_of_size(52));
  EXPECT_EQ(place(outcome, 0), std::pair(12, 3));
}

TEST(TolerantPositions, OfTheStageStayAsTheyAre) {
  const Outcome outcome =
      read_cleanly(pixels_at({in_scan(position("10412", "7001")), in_scan(position("10414", "7003"))}).text(),
                   ibd_of_size(52));
  EXPECT_EQ(place(outcome, 0), std::pair(10412, 7001));
  const ImageDescription& description = *outcome.description;
  EXPECT_EQ(std::pair(description.min_x, description.max_x), std::pair(10412, 10414));
  EXPECT_EQ(std::pair(description.min_y, description.max_y), std::pair(7001, 7003));
}

TEST(TolerantPositions, MayBeSparseZeroAndNegative) {
  const Outcome outcome = read_cleanly(
      pixels_at({in_scan(position("0", "0")), in_scan(position("90000", "3")), in_scan(position("-7", "-1"))})
          .text(),
      ibd_of_size(52));
  EXPECT_EQ(outcome.description->pixels, 3U);
  EXPECT_EQ(outcome.description->min_x, -7);
  EXPECT_EQ(place(outcome, 1), std::pair(90000, 3));
}

TEST(TolerantPositions, KeepEveryPixelOfAPlaceThatIsTakenTwice) {
  const std::string again = in_scan(position("2", "2"));
  const Outcome outcome =
      read_with_warning(pixels_at({again, in_scan(position("1", "1")), again, again}).text(), ibd_of_size(52),
                        "has 2 pixels at positions that earlier pixels have");
  EXPECT_EQ(outcome.pixels.size(), 4U);
  EXPECT_EQ(outcome.description->duplicate_positions, 2U);
}

TEST(TolerantPositions, IgnoreTheDepthWithAWarningWhereItVaries) {
  const auto at_depth = [](std::string_view x, std::string_view z) {
    return in_scan(position(x, "1") + cv("IMS:1000052", "position z", z));
  };
  read_cleanly(pixels_at({at_depth("1", "5"), at_depth("2", "5")}).text(), ibd_of_size(52));
  read_with_warning(pixels_at({at_depth("1", "5"), at_depth("2", "6")}).text(), ibd_of_size(52),
                    "position z is 6 after 5; z is ignored");
}

}  // namespace
}  // namespace fanfold::imzml::testing
