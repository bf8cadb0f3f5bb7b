#include "orchestrator/job/calibration_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace fanfold {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::optional<double> k_absent = std::nullopt;

std::vector<Calibrant> read(const std::string& text) {
  const auto table = parse_calibration_table(text, "t.csv");
  EXPECT_TRUE(table) << table.error().message();
  return table ? *table : std::vector<Calibrant>();
}

std::string message_of(const std::string& text) {
  const auto table = parse_calibration_table(text, "t.csv");
  if (table) return "accepted";
  EXPECT_EQ(table.error().kind(), ErrorKind::invalid_argument);
  return table.error().message();
}

TEST(CalibrationTable, HasNameReferenceAndMeasuredInThisOrder) {
  EXPECT_THAT(read("DHB,155.0339,155.0351\nPC,782.5675\n"),
              ElementsAre(Calibrant{"DHB", 155.0339, 155.0351, 1}, Calibrant{"PC", 782.5675, k_absent, 2}));
}

TEST(CalibrationTable, NamesItsColumnsInAnyOrder) {
  EXPECT_THAT(read("Measured,NAME,reference\n155.0351,DHB,155.0339\n,PC,782.5675\n"),
              ElementsAre(Calibrant{"DHB", 155.0339, 155.0351, 2}, Calibrant{"PC", 782.5675, k_absent, 3}));
  EXPECT_THAT(read("reference\n155.0339\n782.5675\n"),
              ElementsAre(Calibrant{"", 155.0339, k_absent, 2}, Calibrant{"", 782.5675, k_absent, 3}));
  EXPECT_THAT(read("reference,measured\n155.0339,155.0351\n"),
              ElementsAre(Calibrant{"", 155.0339, 155.0351, 2}));
}

TEST(CalibrationTable, TakesCommasSemicolonsAndTabs) {
  const std::vector<Calibrant> expected{{"a", 155.0339, 155.04, 1}, {"b", 782.5, k_absent, 2}};
  EXPECT_EQ(read("a,155.0339,155.04\nb,782.5"), expected);
  EXPECT_EQ(read("a;155.0339;155.04\nb;782.5;"), expected);
  EXPECT_EQ(read("a\t155.0339\t155.04\nb\t782.5"), expected);
  EXPECT_EQ(read(" a ,  155.0339 , 155.04\n b, 782.5 ,  "), expected);
}

TEST(CalibrationTable, KeepsSeparatorsOfOtherKindsInNames) {
  EXPECT_THAT(read("PC 16:0;O2,782.5\n"), ElementsAre(Calibrant{"PC 16:0;O2", 782.5, k_absent, 1}));
  EXPECT_THAT(read("PC, one;782.5\n"), ElementsAre(Calibrant{"PC, one", 782.5, k_absent, 1}));
  EXPECT_THAT(read("\"PC 18:1;2O\",782.5\n"), ElementsAre(Calibrant{"PC 18:1;2O", 782.5, k_absent, 1}));
}

TEST(CalibrationTable, ReadsQuotedNames) {
  EXPECT_THAT(read("\"PC(34:1), K+\",798.541,\n \"a \"\"b\"\"\" ,155.5\n\"\",300\n"),
              ElementsAre(Calibrant{"PC(34:1), K+", 798.541, k_absent, 1},
                          Calibrant{"a \"b\"", 155.5, k_absent, 2}, Calibrant{"", 300, k_absent, 3}));
}

TEST(CalibrationTable, SkipsCommentsEmptyLinesAndTheMarkOfUtf8) {
  EXPECT_THAT(read("\xEF\xBB\xBF# matrix\r\n\r\n  # peaks\r\na,155.5\r\n\n \t\nb,300.25\r\n"),
              ElementsAre(Calibrant{"a", 155.5, k_absent, 4}, Calibrant{"b", 300.25, k_absent, 7}));
}

TEST(CalibrationTable, NamesLineAndTextOfWhatIsNoMass) {
  EXPECT_THAT(message_of("a,155.5\nb,twelve\n"),
              HasSubstr("t.csv: line 2 has 'twelve' as its reference mass; a positive number"));
  EXPECT_THAT(message_of("a,155.5,x\n"), HasSubstr("line 1 has 'x' as its measured mass"));
  EXPECT_THAT(message_of("a;155,5\n"), HasSubstr("'155,5' as its reference mass"));
  for (const std::string number : {"0", "-5", "1e999", "1.5.2", "+5", "5 Da"}) {
    EXPECT_THAT(message_of("a,155.5\nb," + number), HasSubstr("line 2 has '" + number + "'"));
  }
  EXPECT_THAT(message_of("a,155.5\nb,nan"), HasSubstr("'nan'"));
  EXPECT_THAT(message_of("a,155.5\nb,inf"), HasSubstr("'inf'"));
  EXPECT_THAT(message_of("a,155.5\nb\n"), HasSubstr("line 2 has '' as its reference mass"));
}

TEST(CalibrationTable, RefusesColumnsItDoesNotKnow) {
  EXPECT_THAT(message_of("name,references\na,155.5\n"),
              HasSubstr("line 1 holds no mass and 'references' is no column; did you mean reference?"));
  EXPECT_THAT(message_of("name,reference,name\n"), HasSubstr("names the column name twice"));
  EXPECT_THAT(message_of("name,measured\n"), HasSubstr("line 1 names no column reference"));
  EXPECT_THAT(message_of("a,155.5,155.6,1\n"), HasSubstr("line 1 has 4 fields, but there are 3 columns"));
  EXPECT_THAT(message_of("reference,name\n155.5,a,155.6\n"), HasSubstr("3 fields, but there are 2 columns"));
}

TEST(CalibrationTable, WantsToBeToldWhereTwoNumbersCouldMeanEither) {
  EXPECT_THAT(message_of("155.5,155.6\n"),
              AllOf(HasSubstr("has the number 155.5 where a name is expected"), HasSubstr("first line")));
}

TEST(CalibrationTable, RefusesAMassThatStandsTwice) {
  EXPECT_THAT(message_of("a,155.5\nb,300\nc,155.50\n"),
              HasSubstr("lines 1 and 3 have the same reference mass, 155.5"));
  EXPECT_THAT(message_of("a,155.5,160\nb,300,160\n"), HasSubstr("lines 1 and 2 have the same measured mass"));
}

TEST(CalibrationTable, RefusesBrokenQuotesAndNames) {
  EXPECT_THAT(message_of("a,155.5\n\"b,300\n"), HasSubstr("line 2 has a double quote that is not closed"));
  EXPECT_THAT(message_of("a,155.5\n\"b\"c,300\n"), HasSubstr("line 2 has a double quote"));
  EXPECT_THAT(message_of("a,155.5\nb\x1b[1m,300\n"), HasSubstr("line 2 has a control character"));
  EXPECT_THAT(message_of(std::string(201, 'x') + ",155.5\n"), HasSubstr("a name of 201 bytes"));
  EXPECT_THAT(message_of("a,155.5" + std::string(20, ',')), HasSubstr("over 16 fields"));
}

TEST(CalibrationTable, HoldsAtLeastOneMassAndNotTooMany) {
  EXPECT_THAT(message_of(""), HasSubstr("t.csv holds no reference mass"));
  EXPECT_THAT(message_of("# nothing\n\n"), HasSubstr("holds no reference mass"));
  EXPECT_THAT(message_of("name,reference\n"), HasSubstr("no compound follows"));
  std::string text;
  for (std::size_t i = 1; i <= k_max_calibrants; ++i) text += "x," + std::to_string(100 + i) + "\n";
  EXPECT_EQ(read(text).size(), k_max_calibrants);
  EXPECT_THAT(message_of(text + "x,5\n"), HasSubstr("line 1001 is one compound more than the 1000"));
  EXPECT_THAT(message_of(std::string(k_max_calibration_table_bytes + 1, ' ')), HasSubstr("at most 1048576"));
}

}  // namespace
}  // namespace fanfold
