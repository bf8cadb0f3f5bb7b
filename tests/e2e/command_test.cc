// The program as its user meets it: exit codes, what goes to stdout and what to stderr.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/e2e/array_compare.h"
#include "tests/e2e/run_program.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string k_image = std::string(FANFOLD_GOLDEN_DIR) + "/inputs/c.imzML";

ProgramRun fanfold(std::vector<std::string> words) {
  words.insert(words.begin(), FANFOLD_PROGRAM);
  return run_program(words);
}

TEST(Program, PrintsHelpOnStdout) {
  const ProgramRun run = fanfold({"--help"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.output, StartsWith("Fanfold"));
  EXPECT_THAT(run.errors, IsEmpty());
}

TEST(Program, EndsWithTwoForAWrongCommandLine) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"proces"}, {"info"}, {"info", "--jsn", "x"}}) {
    const ProgramRun run = fanfold(words);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.output, IsEmpty());
    EXPECT_THAT(run.errors, StartsWith("fanfold: "));
  }
}

TEST(Program, EndsWithThreeForAnInputThatIsNotThere) {
  const TemporaryFolder out;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"info", "/none/a.imzML"},
        {"run", "/none/job.json", "-o", out.path()},
        {"process", "/none/a.imzML", "-o", out.path()},
        {"process", k_image, "-o", out.path(), "--set", "alignment.iterations=9"}}) {
    const ProgramRun run = fanfold(words);
    EXPECT_EQ(run.exit_code, 3) << run.errors;
    EXPECT_THAT(run.output, IsEmpty());
    EXPECT_THAT(run.errors, StartsWith("fanfold: "));
  }
}

TEST(Info, TellsAboutAnImage) {
  const ProgramRun run = fanfold({"info", k_image});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("mode        continuous\n"));
  EXPECT_THAT(run.output, HasSubstr("pixels      30 (x 1..6, y 1..5)\n"));
  EXPECT_THAT(run.output, HasSubstr("points      1200.0 per spectrum, at most 1200\n"));
}

TEST(Info, PrintsJson) {
  const ProgramRun run = fanfold({"info", "--json", k_image});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto json = nlohmann::json::parse(run.output);
  EXPECT_EQ(json["mode"], "continuous");
  EXPECT_EQ(json["pixels"], 30);
  EXPECT_EQ(json["x"], nlohmann::json::array({1, 6}));
  EXPECT_EQ(json["uuid_matches_ibd"], true);
}

TEST(Info, ListsPixelsInFileOrder) {
  const ProgramRun run = fanfold({"info", "--pixels", k_image});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const std::string arrays = std::string(FANFOLD_GOLDEN_DIR) + "/c_default/arrays/";
  const std::vector<double> axis = to_doubles(read_file(arrays + "mass_run1_img1.f64"));
  std::vector<double> tic;
  std::vector<double> maximum;
  std::istringstream lines(run.output);
  int number = 0;
  for (std::string line; std::getline(lines, line); ++number) {
    EXPECT_EQ(std::count(line.begin(), line.end(), '\t'), 6) << line;
    std::istringstream cells(line);
    int x = 0, y = 0, points = 0;
    double first = 0, last = 0;
    cells >> x >> y >> points >> tic.emplace_back() >> maximum.emplace_back() >> first >> last;
    EXPECT_EQ(x, number % 6 + 1);
    EXPECT_EQ(y, number / 6 + 1);
    EXPECT_EQ(points, 1200);
    EXPECT_EQ(first, axis.front());
    EXPECT_EQ(last, axis.back());
  }
  EXPECT_TRUE(
      arrays_equal("TIC", to_doubles(read_file(arrays + "TIC_run1_img1.f64")), tic, Tolerance::relative));
  EXPECT_TRUE(
      arrays_equal("MAX", to_doubles(read_file(arrays + "MAX_run1_img1.f64")), maximum, Tolerance::exact));
}

TEST(Sample, MakesAnImageThatInfoReads) {
  const TemporaryFolder folder;
  const std::string image = folder.path() + "/demo.imzML";
  const ProgramRun made = fanfold({"sample", image, "--pixels", "50", "--channels", "300", "--peaks", "20"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  EXPECT_EQ(made.output, image + "\n");
  const ProgramRun read = fanfold({"info", "--json", image});
  ASSERT_EQ(read.exit_code, 0) << read.errors;
  EXPECT_EQ(nlohmann::json::parse(read.output)["pixels"], 50);
}

TEST(Process, PrintsItsOutputsOnStdoutOneALine) {
  const TemporaryFolder folder;
  const ProgramRun run = fanfold({"process", k_image, "-o", folder.path() + "/out", "--workers", "2"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  std::istringstream lines(run.output);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_TRUE(std::filesystem::exists(line)) << line;
  EXPECT_GE(count, 3);
  EXPECT_THAT(run.output, HasSubstr("c-proc.imzML\n"));
  EXPECT_THAT(run.output, HasSubstr("c-peaks.imzML\n"));
  EXPECT_THAT(run.output, HasSubstr("report.json\n"));
  EXPECT_THAT(run.errors, HasSubstr("preprocessing"));
}

TEST(Process, PrintsItsReportAsJson) {
  const TemporaryFolder folder;
  const std::string out = folder.path() + "/out";
  const std::string image = folder.path() + "/quiet.imzML";
  ASSERT_EQ(fanfold({"sample", image, "--pixels", "30", "--channels", "1000"}).exit_code, 0);
  const ProgramRun run = fanfold({"process", image, "-o", out, "--workers", "2", "--json", "--quiet"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const auto report = nlohmann::json::parse(run.output);
  EXPECT_EQ(report["images"][0]["pixels"], 30);
  EXPECT_EQ(report["compat"], "none");
  EXPECT_THAT(run.errors, IsEmpty());
  EXPECT_EQ(report["quality"]["images"][0]["pixels"], 30);
  EXPECT_EQ(run.output, read_file(out + "/report.json"));
}

TEST(Process, RefusesToReplaceOutputsUnlessForced) {
  const TemporaryFolder folder;
  const std::string out = folder.path() + "/out";
  ASSERT_EQ(fanfold({"process", k_image, "-o", out, "--quiet"}).exit_code, 0);
  const ProgramRun again = fanfold({"process", k_image, "-o", out, "--quiet"});
  EXPECT_EQ(again.exit_code, 3);
  EXPECT_THAT(again.errors, HasSubstr("--force"));
  EXPECT_EQ(fanfold({"process", k_image, "-o", out, "--quiet", "--force"}).exit_code, 0);
}

TEST(Process, LeavesNothingThatLooksFinishedWhenItIsInterrupted) {
  const TemporaryFolder folder;
  const std::string image = folder.path() + "/big.imzML";
  ASSERT_EQ(fanfold({"sample", image, "--pixels", "8000", "--channels", "2000"}).exit_code, 0);
  const std::string out = folder.path() + "/out";
  const ProgramRun run = run_and_signal({FANFOLD_PROGRAM, "process", image, "-o", out, "--workers", "2"},
                                        "normalizations_and_means", SIGINT);
  EXPECT_EQ(run.exit_code, 130) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("stopping; once more to stop at once"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
    EXPECT_NE(entry.path().extension(), ".imzML") << entry.path();
    EXPECT_NE(entry.path().filename(), ".zmetadata") << entry.path();
  }
}

TEST(Check, PassesOnAMachineThatCanRunJobs) {
  const TemporaryFolder out;
  const ProgramRun run = fanfold({"check", k_image, out.path()});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("\nok   read '" + k_image + "': "));
  EXPECT_THAT(run.output, HasSubstr("\nok   write to '" + out.path() + "': "));
  EXPECT_THAT(run.output, HasSubstr("\n--   credentials: not tried: "));
  EXPECT_THAT(run.errors, StartsWith("0 of "));
  EXPECT_TRUE(std::filesystem::is_empty(out.path()));
}

TEST(Check, TellsWhoseFaultItIs) {
  const TemporaryFolder out;
  const std::string nobody = "redis://127.0.0.1:1";
  EXPECT_EQ(fanfold({"check", out.path(), "--redis", nobody}).exit_code, 4);
  EXPECT_EQ(fanfold({"check", "/proc/none", out.path()}).exit_code, 3);
  // Trying again does not help before the configuration is right.
  const ProgramRun both = fanfold({"check", "--json", "/proc/none", "--redis", nobody});
  EXPECT_EQ(both.exit_code, 3);
  EXPECT_EQ(nlohmann::json::parse(both.output)["passed"], false);
}

TEST(Clean, RemovesWhatAKilledJobLeft) {
  const TemporaryFolder out;
  std::filesystem::create_directories(out.path() + "/.fanfold/dead");
  const ProgramRun rehearsal = fanfold({"clean", "--dry-run", out.path()});
  EXPECT_EQ(rehearsal.exit_code, 0) << rehearsal.errors;
  EXPECT_THAT(rehearsal.output, StartsWith("would remove the scratch '"));
  EXPECT_THAT(rehearsal.errors, HasSubstr("1 scratch folder"));
  const ProgramRun run = fanfold({"clean", "--json", out.path()});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_EQ(nlohmann::json::parse(run.output)["items"][0]["state"], "removed");
  EXPECT_TRUE(std::filesystem::is_empty(out.path()));
  const ProgramRun again = fanfold({"clean", out.path()});
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_THAT(again.output, IsEmpty());
  EXPECT_EQ(fanfold({"clean", out.path() + "/none"}).exit_code, 3);
}

}  // namespace
}  // namespace fanfold::e2e
