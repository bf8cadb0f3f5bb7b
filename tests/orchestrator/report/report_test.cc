#include "orchestrator/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "orchestrator/report/report_document.h"

namespace fanfold {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

RunReport example() {
  RunReport report;
  report.version = "1.2.3";
  report.job_id = "job-7";
  report.started = SystemTime(std::chrono::milliseconds(1'700'000'000'123));
  report.ended = report.started + std::chrono::seconds(90);
  report.compat = Compat::rmsi2;
  report.wall_seconds = 90.5;
  report.cpu_seconds = 170;
  report.cold_starts = 2;
  report.dataset_bytes = std::uint64_t{3} << 30;
  report.checksum_pass_bytes = 1 << 20;
  report.bins = 11;
  StageReport stage{
      .name = "preprocessing", .group = 1, .calls = 64, .attempts = 66, .retries = 2, .lost_races = 1};
  stage.wall_seconds = 12.25;
  stage.map_cpu_seconds = 20;
  stage.reduce_cpu_seconds = 0.5;
  stage.bytes_read = 2048;
  stage.peak_memory_bytes = 50 << 20;
  report.stages.push_back(stage);
  report.images.push_back({"c", "in/c.imzML", 30, "continuous", {"out/c-proc.imzML"}});
  report.outputs.push_back("out/report.json");
  report.calibrations.push_back({.group = 1,
                                 .method = "linear",
                                 .pairs = {{"DHB", 155.0339, 155.0400, true, 39.35, -0.25},
                                           {"caf\xc3\xa9ine", 195.0877, 195.0890, false, 6.66, 0.5}},
                                 .rms_before_ppm = 28.22,
                                 .rms_after_ppm = 0.4,
                                 .lowest_shift_ppm = -41.5,
                                 .highest_shift_ppm = 3});
  report.warnings.push_back("no checksum");
  return report;
}

TEST(ReportJson, HoldsWhatTheReportHolds) {
  const std::string text = to_text(report_document(example()));
  EXPECT_EQ(text.back(), '\n');
  const Json json = Json::parse(text);
  EXPECT_EQ(json["fanfold_version"], "1.2.3");
  EXPECT_EQ(json["job"], "job-7");
  EXPECT_EQ(json["started"], "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(json["ended"], "2023-11-14T22:14:50.123Z");
  EXPECT_EQ(json["compat"], "rmsi2");
  EXPECT_EQ(json["wall_seconds"], 90.5);
  EXPECT_EQ(json["bins"], 11);
  EXPECT_EQ(json["stages"][0]["name"], "preprocessing");
  EXPECT_EQ(json["stages"][0]["attempts"], 66);
  EXPECT_EQ(json["stages"][0]["lost_races"], 1);
  EXPECT_EQ(json["images"][0]["outputs"][0], "out/c-proc.imzML");
  EXPECT_EQ(json["parameters"], parameters_to_json(Parameters{}));
  EXPECT_EQ(json["warnings"], Json::array({"no checksum"}));
}

TEST(ReportJson, HoldsTheCalibrationPairByPair) {
  const Json json = Json::parse(to_text(report_document(example())));
  ASSERT_EQ(json["calibration"].size(), 1u);
  const Json& calibration = json["calibration"][0];
  EXPECT_EQ(calibration["method"], "linear");
  EXPECT_EQ(calibration["rms_after_ppm"], 0.4);
  EXPECT_EQ(calibration["lowest_shift_ppm"], -41.5);
  EXPECT_EQ(calibration["pairs"][0]["reference"], 155.0339);
  EXPECT_EQ(calibration["pairs"][0]["measured_by"], "peak");
  EXPECT_EQ(calibration["pairs"][1]["measured_by"], "table");
  EXPECT_EQ(calibration["pairs"][1]["residual_before_ppm"], 6.66);
}

TEST(SummaryTable, TellsOfTheCalibration) {
  const std::string table = summary_table(example(), 120, Color::off);
  EXPECT_THAT(table, HasSubstr("linear by 2 calibrants, 28.22 ppm off before, 0.40 ppm after"));
  EXPECT_THAT(table, HasSubstr("moved by -41.50 to +3.00 ppm"));
  EXPECT_THAT(table, HasSubstr("DHB"));
  EXPECT_THAT(table, HasSubstr("+6.66 ppm, then   +0.50 ppm, given"));
}

TEST(CalibrationLines, ListNoMoreThanTheyMay) {
  CalibrationReport calibration{.group = 2, .method = "local", .pairs = std::vector<CalibrationPair>(5)};
  EXPECT_EQ(calibration_lines(calibration, 5).size(), 7u);
  const auto lines = calibration_lines(calibration, 3);
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_THAT(lines.front(), HasSubstr("calibration (2): local"));
  EXPECT_THAT(lines.back(), HasSubstr("2 more"));
}

TEST(ReportJson, StandsNamesThatAreNotUtf8) {
  RunReport report = example();
  report.images[0].name = "caf\xe9";
  EXPECT_NO_THROW(EXPECT_FALSE(Json::parse(to_text(report_document(report))).is_discarded()));
}

TEST(SummaryTable, FitsItsWidth) {
  for (const std::size_t width : {60u, 80u, 200u}) {
    std::istringstream table(summary_table(example(), width, Color::off));
    for (std::string line; std::getline(table, line);) EXPECT_LE(line.size(), width) << line;
  }
}

TEST(SummaryTable, TellsOfStagesAndSums) {
  const std::string table = summary_table(example(), 120, Color::off);
  EXPECT_THAT(table, HasSubstr("preprocessing     64        2     12.25 s"));
  EXPECT_THAT(table, HasSubstr("in all"));
  EXPECT_THAT(table, HasSubstr("1 image, 30 pixels, 3.0 GiB of spectra, 11 bins"));
  EXPECT_THAT(table, HasSubstr("peak memory 0 B (orchestrator), 50.0 MiB (worker); 2 cold starts"));
  EXPECT_THAT(table, HasSubstr("checksums: 1.0 MiB read once more"));
  EXPECT_THAT(table, HasSubstr("warning: no checksum"));
}

TEST(SummaryTable, HasColorOnlyWhereAsked) {
  EXPECT_THAT(summary_table(example(), 80, Color::off), Not(HasSubstr("\x1b")));
  EXPECT_THAT(summary_table(example(), 80, Color::on), HasSubstr("\x1b[1m"));
}

TEST(HumanBytes, KeepsToFourDigits) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes((1 << 20) - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(~std::uint64_t{0}), "16.0 EiB");
}

TEST(HumanSeconds, ChoosesItsUnit) {
  EXPECT_EQ(human_seconds(0.0124), "12 ms");
  EXPECT_EQ(human_seconds(0.9999), "1.00 s");
  EXPECT_EQ(human_seconds(59.999), "1 min 00 s");
  EXPECT_EQ(human_seconds(125), "2 min 05 s");
  EXPECT_EQ(human_seconds(3720), "1 h 02 min");
  EXPECT_EQ(human_seconds(-1), "-");
}

}  // namespace
}  // namespace fanfold
