// Masses calibrated by known compounds: images whose masses are off by a known curve come out right.
#include <filesystem>
#include <regex>

#include "tests/e2e/calibration_fixture.h"

namespace fanfold::e2e {
namespace {

TEST_F(MassCalibration, FindsTheCalibrantsByTheirPeaks) {
  run({image(continuous_image(off_by_a_line)), "--calibration", table(table_of_peaks(nullptr))});
  EXPECT_EQ(array("merged-peakmatrix_mass").size(), std::size(k_peaks));
  EXPECT_LT(farthest_channel_ppm(), 0.5);
  EXPECT_LT(farthest_bin_ppm(), 0.5);
  const nlohmann::json report = calibration();
  EXPECT_EQ(report["method"], "linear");
  EXPECT_EQ(report["pairs"].size(), std::size(k_peaks));
  EXPECT_EQ(report["pairs"][0]["measured_by"], "peak");
  EXPECT_NEAR(report["pairs"][0]["residual_before_ppm"].get<double>(), 68, 0.5);
  EXPECT_LT(report["rms_after_ppm"].get<double>(), 0.5);
  EXPECT_NEAR(report["lowest_shift_ppm"].get<double>(), -68, 0.5);
}

TEST_F(MassCalibration, FollowsACurveWithTheLocalMethod) {
  const std::string distorted_image = image(continuous_image(off_by_a_parabola));
  const std::string calibrants = table(table_of_peaks(nullptr));
  run({distorted_image, "--calibration", calibrants, "--set", "calibration.method=local"});
  EXPECT_LT(farthest_channel_ppm(), 1);
  EXPECT_LT(farthest_bin_ppm(), 0.5);
  run({distorted_image, "--calibration", calibrants, "--force"});
  EXPECT_GT(farthest_channel_ppm(), 3);
}

TEST_F(MassCalibration, TakesGivenMassesForWhatTheyAre) {
  const Distortion distortion = off_by_a_line;
  run({image(continuous_image(off_by_a_line)), "--calibration", table(table_of_peaks(&distortion)), "--set",
       "alignment.enable=false"});
  EXPECT_LT(farthest_channel_ppm(), 1e-6);
  EXPECT_LT(farthest_bin_ppm(), 0.3);
  EXPECT_EQ(calibration()["pairs"][0]["measured_by"], "table");
  // No reference spectrum is needed.
  EXPECT_FALSE(std::filesystem::exists(dump() + "/overall_average_run1.f64"));
}

TEST_F(MassCalibration, WritesTheCalibratedAxis) {
  run({image(continuous_image(off_by_a_line)), "--calibration", table(table_of_peaks(nullptr))});
  const std::string ibd = read_file(out() + "/image-proc.ibd");
  EXPECT_EQ(stored_values(ibd, 16, k_channels, ValueType::float64), array("calibrated_mass_run1"));
  const std::string imzml = read_file(out() + "/image-proc.imzML");
  EXPECT_NE(imzml.find("MS:1001485"), std::string::npos);
  EXPECT_NE(imzml.find("peak 60: reference 500.1171875, measured 500.15"), std::string::npos);
  const std::regex lowest(R"re(accession="MS:1000528"[^>]*value="([^"]*)")re");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(imzml, found, lowest));
  EXPECT_EQ(std::stod(found[1]), array("calibrated_mass_run1").front());
  EXPECT_NE(read_file(out() + "/image-peaks.imzML").find("MS:1001485"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(out() + "/merged-peakmatrix.zarr/uns/calibration/reference/0"));
}

TEST_F(MassCalibration, ChangesNothingButMassesWhereItStandsAlone) {
  const Distortion distortion = off_by_a_line;
  const Words alone{"--set", "alignment.enable=false", "--set", "smoothing.enable=false"};
  const TestImage input = processed_image(off_by_a_line);
  Words words{image(input), "--calibration", table(table_of_peaks(&distortion))};
  words.insert(words.end(), alone.begin(), alone.end());
  run(words);
  const std::string ibd = read_file(out() + "/image-proc.ibd");
  const auto layout = read_imzml_layout(out() + "/image-proc.imzML", out() + "/image-proc.ibd");
  ASSERT_EQ(layout.size(), k_pixels);
  for (std::size_t i = 0; i < k_pixels; ++i) {
    const auto masses = stored_values(ibd, layout[i].mz_offset, layout[i].mz_length, ValueType::float64);
    EXPECT_EQ(stored_values(ibd, layout[i].intensity_offset, layout[i].mz_length, ValueType::float64),
              input.intensities[i]);
    ASSERT_EQ(masses.size(), input.masses[i].size());
    for (std::size_t k = 0; k < masses.size(); ++k) {
      const double truth = (input.masses[i][k] - 0.004) / (1 + 60e-6);
      // The shift beyond the ends of the axis is that of the end.
      ASSERT_LT(std::fabs(off_ppm(masses[k], truth)), 1e-3);
    }
  }
  EXPECT_LT(farthest_bin_ppm(), 4);  // a channel: the common axis need not hold every mass
}

TEST_F(MassCalibration, WorksOnProcessedImagesThatAreAligned) {
  run({image(processed_image(off_by_a_line)), "--calibration", table(table_of_peaks(nullptr))});
  EXPECT_LT(farthest_bin_ppm(), 4);  // the alignment may be off by a channel
}

TEST_F(MassCalibration, CorrectsEveryGroupOfImagesOnItsOwn) {
  const auto further_off = [](double mass) { return mass * (1 + 150e-6); };
  run({image(continuous_image(off_by_a_line), "a"), image(continuous_image(further_off), "b"), "--set",
       "merge=false", "--calibration", table(table_of_peaks(nullptr))});
  const nlohmann::json groups = m_workspace.report(out()).at("calibration");
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_NEAR(groups[0]["rms_before_ppm"].get<double>(), 68, 0.5);
  EXPECT_NEAR(groups[1]["rms_before_ppm"].get<double>(), 150, 0.5);
  EXPECT_EQ(groups[1]["group"], 2);
  for (const nlohmann::json& group : groups) EXPECT_LT(group["rms_after_ppm"].get<double>(), 0.5);
}

TEST_F(MassCalibration, IsOffUnlessAskedFor) {
  const std::string distorted_image = image(continuous_image(off_by_a_line));
  run({distorted_image});
  EXPECT_GT(farthest_bin_ppm(), 60);
  EXPECT_TRUE(m_workspace.report(out())["calibration"].empty());
  const ProgramRun told =
      try_run({distorted_image, "--force", "--set", "calibration.table=" + table(table_of_peaks(nullptr))});
  EXPECT_EQ(told.exit_code, 0) << told.errors;
  EXPECT_NE(told.errors.find("massCalibration is false"), std::string::npos) << told.errors;
}

TEST_F(MassCalibration, IsTheSameHoweverTheWorkIsCut) {
  const Distortion distortion = off_by_a_parabola;
  for (const TestImage& input : {continuous_image(distortion), processed_image(distortion)}) {
    const Words words{image(input), "--calibration", table(table_of_peaks(nullptr)), "--set",
                      "calibration.method=local"};
    Outputs once;
    for (const char* cube : {"16", "32", "1024"}) {
      Words way = words;
      way.insert(way.end(), {"--cube-pixels", cube, "--force"});
      run(way);
      Outputs files = read_outputs(out());
      files.erase("report.html");  // it tells of times
      if (once.empty()) once = files;
      expect_equal_outputs(once, files, std::string("cubes of ") + cube);
    }
  }
}

TEST_F(MassCalibration, LeavesOutWhatItCannotTellApart) {
  std::string text = table_of_peaks(nullptr);
  text += "nowhere,505,\nnear 60,500.1173,\n";
  const ProgramRun run = try_run({image(continuous_image(off_by_a_line)), "--calibration", table(text)});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_NE(run.errors.find("2 of 9 calibrants left out, as their nearest peak"), std::string::npos)
      << run.errors;
  EXPECT_NE(run.errors.find("no peak of the reference spectrum lies within 200 ppm of them: nowhere (505)"),
            std::string::npos)
      << run.errors;
  EXPECT_EQ(calibration()["pairs"].size(), std::size(k_peaks) - 1);
  EXPECT_EQ(m_workspace.report(out())["warnings"].size(), 2u);
  EXPECT_LT(farthest_bin_ppm(), 0.5);
}

TEST_F(MassCalibration, RefusesWhatItCannotCalibrateBy) {
  const std::string input = image(continuous_image(off_by_a_line));
  expect_refusal({input, "--set", "massCalibration=true"}, "there is no table of reference masses");
  expect_refusal({input, "--calibration", m_workspace.path("absent.csv")}, "absent.csv");
  expect_refusal({input, "--calibration", table("a,155.5\nb,12,13,14\n")},
                 "calibrants.csv: line 2 has 4 fields, but there are 3 columns");
  expect_refusal({input, "--calibration", table("a,300\nb,400\n")}, "has 0 calibrants that can be used");
  expect_refusal(
      {input, "--calibration", table("a,500.2,500.21\nb,501,501.01\nc,501.5,501.51\nx,501.6,501.61\n"),
       "--set", "calibration.method=local"},
      "has 4 calibrants that can be used");
  expect_refusal({input, "--calibration", table("a,500.5,501.5\nb,501.5,500.5\n")},
                 "which does not lie above");
  run({input}, "peaks");
  expect_refusal({out("peaks") + "/image-peaks.imzML", "--calibration", table(table_of_peaks(nullptr))},
                 "holds peak lists");
}

TEST_F(MassCalibration, IsAskedForInAJobFile) {
  image(continuous_image(off_by_a_line));
  table(table_of_peaks(nullptr));
  write_text(m_workspace.path("job.json"),
             R"({"input": [{"key": "image.imzML"}], "params": {"preprocessing": {
    "massCalibration": true, "peakpicking": {"SNR": 2},
    "calibration": {"table": "calibrants.csv", "method": "local", "tolerance": 150, "SNR": 2}}}})");
  const ProgramRun run =
      m_workspace.fanfold({"run", m_workspace.path("job.json"), "-o", out(), "--dump", dump()});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_LT(farthest_bin_ppm(), 1);
  EXPECT_EQ(calibration()["method"], "local");
  EXPECT_NE(run.errors.find("calibration: local by 7 calibrants"), std::string::npos) << run.errors;
}

}  // namespace
}  // namespace fanfold::e2e
