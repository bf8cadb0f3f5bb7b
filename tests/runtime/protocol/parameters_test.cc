#include "runtime/protocol/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace fanfold {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

std::string message_of(const char* text) {
  const auto parameters = parameters_from_json(Json::parse(text), "p");
  return parameters ? "accepted" : parameters.error().message();
}

std::string set_message(const char* assignment) {
  Parameters parameters;
  const Status set = set_parameter(parameters, assignment);
  return set ? "accepted" : set.error().message();
}

// Every value differs from its default, so that a field that is mixed up or forgotten shows.
Parameters unusual() {
  Parameters p;
  p.merge = false;
  p.mass_calibration = true;
  p.smoothing = {false, 13};
  p.alignment = {false, true, 3, 20000, 0.2, 0.4, 0.8, 4, 0.5};
  p.peak_picking = {false, 3.25, 40, 6};
  p.peak_binning = {false, 3000, true, 0.2};
  p.calibration = {"s3://bucket/calibrants.csv", CalibrationMethod::local, 50, 2.5};
  return p;
}

TEST(Parameters, SurviveJson) {
  const auto back = parameters_from_json(parameters_to_json(unusual()), "p");
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, unusual());
}

TEST(Parameters, HaveTheNamesOfTheJobFile) {
  const Json expected = Json::parse(
      R"({"merge": false, "massCalibration": true, "smoothing": {"enable": false, "kernelSize": 13},
    "alignment": {"enable": false, "bilinear": true, "iterations": 3, "maxShiftppm": 20000, "refLow": 0.2,
                  "refMid": 0.4, "refHigh": 0.8, "overSampling": 4, "winSizeRelative": 0.5},
    "peakpicking": {"enable": false, "SNR": 3.25, "WinSize": 40, "overSampling": 6},
    "peakbinning": {"enable": false, "tolerance": 3000, "tolerance_in_ppm": true, "binFilter": 0.2},
    "calibration": {"table": "s3://bucket/calibrants.csv", "method": "local", "tolerance": 50, "SNR": 2.5}})");
  EXPECT_EQ(parameters_to_json(unusual()), expected);
}

TEST(Parameters, DefaultWhatIsAbsent) {
  const auto parameters = parameters_from_json(Json::parse(R"({"peakpicking": {"SNR": 7}})"), "p");
  ASSERT_TRUE(parameters);
  Parameters expected;
  expected.peak_picking.snr = 7;
  EXPECT_EQ(*parameters, expected);
}

TEST(Parameters, NameTheNearestKnownForAnUnknownOne) {
  EXPECT_THAT(message_of(R"({"alignment": {"maxShiftPpm_": 1}})"),
              HasSubstr("did you mean alignment.maxShiftppm?"));
  EXPECT_THAT(message_of(R"({"merg": true})"), HasSubstr("p.merg is not a parameter; did you mean merge?"));
  EXPECT_THAT(set_message("peakpicking.snrr=3"), HasSubstr("did you mean peakpicking.SNR?"));
}

TEST(Parameters, StateTheRangeInTheError) {
  EXPECT_THAT(message_of(R"({"alignment": {"iterations": 6}})"),
              HasSubstr("p.alignment.iterations is 6; it must be a whole number, 1 to 5"));
  EXPECT_THAT(message_of(R"({"alignment": {"iterations": 1.5}})"), HasSubstr("whole number"));
  EXPECT_THAT(message_of(R"({"smoothing": {"kernelSize": 6}})"), HasSubstr("5, 7, 9, 11, 13 or 15 points"));
  EXPECT_THAT(message_of(R"({"peakpicking": {"SNR": 0}})"), HasSubstr("above 0, up to 10000"));
  EXPECT_THAT(message_of(R"({"peakbinning": {"binFilter": 1.01}})"), HasSubstr("0 to 1 of the pixels"));
  EXPECT_THAT(message_of(R"({"merge": 1})"), HasSubstr("p.merge is a JSON number; it must be true or false"));
  EXPECT_THAT(message_of(R"({"alignment": true})"), HasSubstr("p.alignment is a JSON boolean; an object"));
  EXPECT_THAT(message_of(R"({"peakpicking": {"WinSize": "20"}})"), HasSubstr("is a JSON string"));
}

TEST(Parameters, WantTheAnchorsInOrderWhereTheyAreUsed) {
  EXPECT_THAT(message_of(R"({"alignment": {"refLow": 0.95}})"), HasSubstr("must ascend"));
  EXPECT_THAT(message_of(R"({"alignment": {"refMid": 0.05, "bilinear": true}})"), HasSubstr("must ascend"));
  EXPECT_EQ(message_of(R"({"alignment": {"refMid": 0.05}})"), "accepted");
  EXPECT_EQ(message_of(R"({"alignment": {"refLow": 0.95, "enable": false}})"), "accepted");
}

TEST(Parameters, CalibrateMassesOnlyWhereAskedTo) {
  EXPECT_FALSE(Parameters{}.mass_calibration);
  const auto on = parameters_from_json(Json::parse(R"({"massCalibration": true})"), "p");
  ASSERT_TRUE(on) << on.error().message();
  EXPECT_TRUE(on->mass_calibration);
  EXPECT_EQ(message_of(R"({"massCalibration": false})"), "accepted");
}

TEST(Parameters, RefuseWordsThatMeanNothing) {
  EXPECT_THAT(message_of(R"({"calibration": {"method": "loess"}})"),
              HasSubstr("p.calibration.method is 'loess'; it must be linear or local"));
  EXPECT_THAT(message_of(R"({"calibration": {"method": 1}})"),
              HasSubstr("is a JSON number; it must be linear"));
  EXPECT_THAT(message_of(R"({"calibration": {"table": true}})"),
              HasSubstr("it must be the path or URI of a file"));
  EXPECT_THAT(message_of(R"({"calibration": {"tabel": "x"}})"), HasSubstr("did you mean calibration.table?"));
  EXPECT_THAT(set_message(("calibration.table=" + std::string(5000, 'x')).c_str()),
              HasSubstr("a text of 5000 bytes"));
  EXPECT_THAT(set_message("calibration.method=Linear"), HasSubstr("'Linear'"));
}

TEST(SetParameter, SetsEveryKindOfValue) {
  Parameters parameters;
  for (const char* assignment : {"merge=false", "params.preprocessing.alignment.maxShiftppm=300",
                                 "preprocessing.alignment.iterations=3", "peakbinning.binFilter=0.125",
                                 "calibration.table=a=b.csv", "calibration.method=local"}) {
    const Status set = set_parameter(parameters, assignment);
    ASSERT_TRUE(set) << set.error().message();
  }
  Parameters expected;
  expected.merge = false;
  expected.alignment.max_shift_ppm = 300;
  expected.alignment.iterations = 3;
  expected.peak_binning.bin_filter = 0.125;
  expected.calibration.table = "a=b.csv";
  expected.calibration.method = CalibrationMethod::local;
  EXPECT_EQ(parameters, expected);
}

TEST(SetParameter, RefusesWhatIsNotAValue) {
  EXPECT_THAT(set_message("merge"), HasSubstr("write NAME=VALUE"));
  EXPECT_THAT(set_message("merge=yes"), HasSubstr("merge is 'yes'; it must be true or false"));
  EXPECT_THAT(set_message("peakpicking.SNR=5x"), HasSubstr("'5x'"));
  EXPECT_THAT(set_message("peakpicking.SNR="), HasSubstr("''"));
  EXPECT_THAT(set_message("peakpicking.SNR=nan"), HasSubstr("above 0"));
  EXPECT_THAT(set_message("alignment.maxShiftppm=inf"), HasSubstr("0 to 100000 ppm"));
}

TEST(Validate, LooksAtEveryNumber) {
  EXPECT_TRUE(validate(Parameters{}));
  EXPECT_TRUE(validate(unusual()));
  Parameters parameters;
  parameters.alignment.window_relative = 0;
  EXPECT_FALSE(validate(parameters));
  parameters = {};
  parameters.peak_binning.tolerance = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(validate(parameters));
}

TEST(Compat, ReadsItsOwnNames) {
  EXPECT_EQ(compat_from_string("none"), Compat::none);
  EXPECT_EQ(compat_from_string(to_string(Compat::rmsi2)), Compat::rmsi2);
  EXPECT_EQ(compat_from_string("RMSI2"), std::nullopt);
}

// The page in the documentation says what the table says.
TEST(ParameterHelp, IsWhatTheDocumentationSays) {
  std::ifstream file(FANFOLD_TEST_DATA "/../../docs/parameters.md");
  std::stringstream page;
  page << file.rdbuf();
  for (const ParameterHelp& row : parameter_help()) {
    EXPECT_THAT(page.str(), HasSubstr("| `" + row.name + "` | " + row.default_value + " | " + row.range +
                                      " | " + row.meaning + " |"));
  }
}

}  // namespace
}  // namespace fanfold
