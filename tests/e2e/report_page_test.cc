// The quality report of real runs: what stands in it, and that a browser draws it without an error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

std::string find_browser() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    for (const char* name : {"/chromium", "/chromium-browser", "/google-chrome"}) {
      if (std::filesystem::exists(folder + name)) return folder + name;
    }
  }
  return {};
}

Json embedded(const std::string& page) {
  const std::string start = "id=\"data\">";
  const std::size_t begin = page.find(start) + start.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

class ReportPage : public ::testing::Test {
 protected:
  // A run's folder.
  std::string process(const std::string& name, Words words) {
    const std::string out = m_workspace.path(name);
    words.insert(words.end(), {"-o", out, "--quiet", "--workers", "2"});
    const ProgramRun run = m_workspace.fanfold(process_small(words));
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return out;
  }

  // The page as the browser has it when the script is done; empty where there is no browser.
  std::string drawn(const std::string& out) {
    static const std::string browser = find_browser();
    if (browser.empty()) {
      std::puts("no chromium is installed: the page is not drawn");
      return {};
    }
    const ProgramRun run =
        run_program({browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     "--user-data-dir=" + m_workspace.path("browser"), "--window-size=1400,2400",
                     "--virtual-time-budget=3000", "--enable-logging=stderr", "--v=0", "--dump-dom",
                     "file://" + out + "/report.html"});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_THAT(run.errors, Not(HasSubstr("CONSOLE")));
    EXPECT_THAT(run.output.substr(0, 1000), HasSubstr("data-ready=\"yes\""));
    EXPECT_THAT(run.output.substr(0, 1000), HasSubstr("data-errors=\"\""));
    return run.output;
  }

  void expect_drawn(const std::string& out, const std::vector<std::string>& present,
                    const std::vector<std::string>& absent) {
    const std::string dom = drawn(out);
    if (dom.empty()) return;
    for (const std::string& id : present) EXPECT_THAT(dom, HasSubstr("id=\"" + id + "\"")) << id;
    for (const std::string& id : absent) EXPECT_THAT(dom, Not(HasSubstr("id=\"" + id + "\""))) << id;
  }

  std::string sample(const std::string& name) const {
    return m_workspace.sample(name, {"--pixels", "300", "--channels", "600", "--peaks", "20"});
  }

  Workspace m_workspace;
};

TEST_F(ReportPage, ShowsAFullRun) {
  const std::string out = process("out", {sample("a")});
  expect_drawn(out, {"image", "spectra", "alignment", "masses", "ions", "bins", "parameters", "timings"}, {});
  const std::string page = read_file(out + "/report.html");
  const Json report = m_workspace.report(out);
  Json embedded_report = embedded(page);
  EXPECT_EQ(embedded_report["outputs"], report["outputs"]);
  EXPECT_THAT(report["outputs"].dump(), HasSubstr("report.html"));
  EXPECT_LT(page.size(), std::size_t{1} << 20);

  const Json image = report["quality"]["images"][0];
  EXPECT_EQ(image["pixels"], 300);
  EXPECT_EQ(image["total_ion_current"]["count"], 300);
  EXPECT_GT(image["total_ion_current"]["quartiles"][1], 0);
  EXPECT_EQ(image["peaks_per_pixel"]["count"], 300);
  EXPECT_GT(report["quality"]["groups"][0]["most_frequent"].size(), 0u);
  EXPECT_GT(image["mass_deviations"]["binned_peaks"], 0);
}

TEST_F(ReportPage, MeasuresThatAlignmentHelped) {
  const std::string out =
      process("out", {m_workspace.sample("a", {"--pixels", "1000", "--channels", "2000", "--peaks", "60"})});
  for (const Json& part : m_workspace.report(out)["quality"]["images"][0]["alignment"]["parts"]) {
    const Json& before = part["sample_before"];
    const Json& after = part["sample_after"];
    EXPECT_GE(before["count"], 16);
    EXPECT_EQ(before["count"], after["count"]);
    const auto spread = [](const Json& lags) {
      return lags["maximum"].get<double>() - lags["minimum"].get<double>();
    };
    EXPECT_LT(spread(after), spread(before));
    // Lags are truncated to whole channels when masses are warped: up to one is left.
    EXPECT_LE(std::abs(after["quartiles"][1].get<double>()), 1.0);
  }
}

TEST_F(ReportPage, KnowsTheWidthOfTheLastChannel) {
  const std::string out = process("out", {sample("a"), "--set", "alignment.refHigh=1"});
  const Json parts = m_workspace.report(out)["quality"]["images"][0]["alignment"]["parts"];
  for (const Json& part : parts) EXPECT_GT(part["channel_ppm"], 0) << part["part"];
  EXPECT_THAT(drawn(out), Not(HasSubstr("\"NaN\"")));
}

TEST_F(ReportPage, DrawsARangeThatIsEmpty) {
  const std::string out = process("out", {sample("a")});
  const std::string page = read_file(out + "/report.html");
  const std::regex width("\"channel_ppm\":[0-9.e+-]+");
  const std::string flat = std::regex_replace(page, width, "\"channel_ppm\":0");
  ASSERT_NE(page, flat);
  write_text(out + "/report.html", flat);
  EXPECT_THAT(drawn(out), Not(HasSubstr("\"NaN\"")));
}

TEST_F(ReportPage, ShowsWhatARunWithoutPreprocessingHas) {
  const std::string out = process("out", {sample("a"), "--set", "alignment.enable=false", "--set",
                                          "smoothing.enable=false", "--set", "peakpicking.enable=false"});
  expect_drawn(out, {"image", "spectra", "timings"}, {"alignment", "masses", "ions", "bins"});
}

TEST_F(ReportPage, ShowsSeveralImagesOneAtATime) {
  const std::string out = process("out", {sample("a"), sample("b"), "--set", "merge=false"});
  expect_drawn(out, {"tab-0", "tab-1", "panel", "ions"}, {});
  const Json quality = m_workspace.report(out)["quality"];
  EXPECT_EQ(quality["groups"].size(), 2u);
  EXPECT_EQ(quality["images"][1]["group"], 2);
}

TEST_F(ReportPage, ShowsAnImageInProcessedMode) {
  const std::string image =
      m_workspace.sample("a", {"--pixels", "200", "--channels", "600", "--peaks", "20", "--processed"});
  expect_drawn(process("out", {image}), {"image", "spectra", "alignment", "masses"}, {});
}

TEST_F(ReportPage, ShowsPeakListsThatAreTheInput) {
  const std::string spectra = process("spectra", {sample("a")});
  const std::string out = process("out", {spectra + "/a-peaks.imzML"});
  expect_drawn(out, {"image", "masses", "ions", "bins"}, {"spectra", "alignment"});
  EXPECT_EQ(m_workspace.report(out)["quality"]["images"][0]["peaks_per_pixel"]["count"], 300);
}

TEST_F(ReportPage, TakesNamesForText) {
  const std::string image = sample("a");
  const std::string folder = std::filesystem::path(image).parent_path().string();
  const std::string hostile = folder + "/<img src=x onerror=alert(1)>&quot;.imzML";
  std::filesystem::rename(image, hostile);
  std::filesystem::rename(folder + "/a.ibd", folder + "/<img src=x onerror=alert(1)>&quot;.ibd");
  const std::string out = process("out", {hostile, "--set", "peakpicking.enable=false"});
  EXPECT_THAT(read_file(out + "/report.html"), Not(HasSubstr("<img")));
  const std::string dom = drawn(out);
  EXPECT_THAT(dom, Not(HasSubstr("<img")));
}

}  // namespace
}  // namespace fanfold::e2e
