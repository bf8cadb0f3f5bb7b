#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "orchestrator/cli/commands.h"
#include "runtime/core/uuid.h"

namespace fanfold::cli {
namespace {

using ::testing::HasSubstr;

const Defaults k_defaults{12, 34567, "/opt/fanfold-runtime"};

class PrepareJob : public ::testing::Test {
 protected:
  void SetUp() override {
    m_folder = std::filesystem::temp_directory_path() / ("fanfold-cli-" + Uuid::random_v4().to_string());
    std::filesystem::create_directories(m_folder);
  }
  void TearDown() override { std::filesystem::remove_all(m_folder); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(m_folder / name) << text;
    return (m_folder / name).string();
  }
  std::string folder() const { return m_folder.string(); }

 private:
  std::filesystem::path m_folder;
};

TEST_F(PrepareJob, TakesKeysRelativeToTheJobFile) {
  JobCommand command;
  command.job_file =
      write("job.json", R"({"input": [{"key": "in/a.imzML"}], "output": "there", "workers": 5})");
  const auto prepared = prepare_job(command, k_defaults);
  ASSERT_TRUE(prepared) << prepared.error().message();
  EXPECT_EQ(prepared->job.inputs[0].image, folder() + "/in/a.imzML");
  EXPECT_EQ(prepared->job.output, "there");
  EXPECT_EQ(prepared->options.workers, 5u);
  EXPECT_EQ(prepared->options.memory_mb, 34567u * 12 / 5);  // what twelve would have, among five
  EXPECT_EQ(prepared->options.runtime_binary, "/opt/fanfold-runtime");
}

TEST_F(PrepareJob, LetsFlagsWinOverTheFile) {
  JobCommand command;
  command.job_file = write("job.json", R"({"input": [{"key": "a.imzML"}], "output": "there", "workers": 5,
    "compat": "rmsi2", "params": {"preprocessing": {"peakpicking": {"SNR": 3}}}})");
  command.input_root = "s3://bucket/root";
  command.output = "here";
  command.compat = Compat::none;
  command.workers = 2;
  command.memory_mb = 100;
  command.assignments = {"peakpicking.SNR=4", "merge=false"};
  const auto prepared = prepare_job(command, k_defaults);
  ASSERT_TRUE(prepared) << prepared.error().message();
  EXPECT_EQ(prepared->job.inputs[0].image, "s3://bucket/root/a.imzML");
  EXPECT_EQ(prepared->job.output, "here");
  EXPECT_EQ(prepared->job.compat, Compat::none);
  EXPECT_EQ(prepared->job.parameters.peak_picking.snr, 4);
  EXPECT_FALSE(prepared->job.parameters.merge);
  EXPECT_EQ(prepared->options.workers, 2u);
  EXPECT_EQ(prepared->options.memory_mb, 100u);
}

TEST_F(PrepareJob, IsStrictWhereTheFileOrTheFlagSaysSo) {
  const auto strict_of = [&](const std::string& in_file, bool flag) {
    JobCommand command;
    command.job_file = write("job.json", R"({"input": [{"key": "a.imzML"}], "output": "o")" + in_file + "}");
    command.strict = flag;
    const auto prepared = prepare_job(command, k_defaults);
    EXPECT_TRUE(prepared) << prepared.error().message();
    return prepared->job.strict;
  };
  EXPECT_FALSE(strict_of("", false));
  EXPECT_TRUE(strict_of("", true));
  EXPECT_TRUE(strict_of(R"(, "strict": true)", false));
  EXPECT_FALSE(strict_of(R"(, "strict": false)", false));
}

TEST_F(PrepareJob, TurnsCalibrationOnWhereATableIsGiven) {
  JobCommand command;
  command.inputs = {{"a.imzML", {}}};
  command.output = "o";
  command.calibration_table = "calibrants.csv";
  const auto on = prepare_job(command, k_defaults);
  ASSERT_TRUE(on) << on.error().message();
  EXPECT_TRUE(on->job.parameters.mass_calibration);
  EXPECT_EQ(on->job.parameters.calibration.table, "calibrants.csv");
  command.assignments = {"massCalibration=false"};
  const auto off = prepare_job(command, k_defaults);
  ASSERT_TRUE(off) << off.error().message();
  EXPECT_FALSE(off->job.parameters.mass_calibration);
}

TEST_F(PrepareJob, WantsAnOutput) {
  JobCommand command;
  command.job_file = write("job.json", R"({"input": [{"key": "a.imzML"}]})");
  const auto prepared = prepare_job(command, k_defaults);
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message(), HasSubstr("names no 'output'; give one with -o"));
}

TEST_F(PrepareJob, ReadsAParameterFile) {
  JobCommand command;
  command.inputs = {{"a.imzML", {}}};
  command.output = "o";
  command.parameter_file = write("p.json", R"({"alignment": {"refLow": 0.95}})");
  const auto broken = prepare_job(command, k_defaults);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message(), HasSubstr("must ascend"));
  command.parameter_file = write("p.json", R"({"alignment": {"iterations": 2}})");
  const auto prepared = prepare_job(command, k_defaults);
  ASSERT_TRUE(prepared) << prepared.error().message();
  EXPECT_EQ(prepared->job.parameters.alignment.iterations, 2);
}

TEST_F(PrepareJob, TellsWhatIsWrongWithASetting) {
  JobCommand command;
  command.inputs = {{"a.imzML", {}}};
  command.output = "o";
  command.assignments = {"alignment.iterations=9"};
  const auto prepared = prepare_job(command, k_defaults);
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().message(), HasSubstr("--set: alignment.iterations is 9"));
  EXPECT_EQ(prepared.error().kind(), ErrorKind::invalid_argument);
}

TEST_F(PrepareJob, FailsForAFileThatIsNotThere) {
  JobCommand command;
  command.job_file = folder() + "/none.json";
  const auto prepared = prepare_job(command, k_defaults);
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace fanfold::cli
