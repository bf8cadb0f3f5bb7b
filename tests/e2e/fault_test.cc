// Calls that fail in every way a function can fail: the outputs are those of an undisturbed run, or the run
// ends with one failure that names the call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/e2e/workspace.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Faults : public ::testing::Test {
 protected:
  void SetUp() override {
    m_image =
        m_workspace.sample("p", {"--processed", "--pixels", "64", "--channels", "300", "--peaks", "20"});
    const ProgramRun run = process("undisturbed", {}, "2");
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    m_expected = read_outputs(m_workspace.path("undisturbed"));
    ASSERT_FALSE(m_expected.empty());
  }

  ProgramRun process(const std::string& out, const Variables& variables, const std::string& workers) const {
    return m_workspace.fanfold(
        process_small({m_image, "-o", m_workspace.path(out), "--cube-pixels", "16", "--workers", workers}),
        variables);
  }

  ProgramRun process_with(const std::string& plan, const std::string& workers) const {
    return process("out", {{"FANFOLD_RUNTIME", m_workspace.faulty_runtime("runtime", plan)}}, workers);
  }

  void expect_recovery(const std::string& plan, const std::string& workers = "2") const {
    const ProgramRun run = process_with(plan, workers);
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    expect_equal_outputs(m_expected, read_outputs(m_workspace.path("out")), plan);
    EXPECT_THAT(m_workspace.run_directories(), IsEmpty());
  }

  // Per stage.
  std::map<std::string, int> retries() const {
    std::map<std::string, int> retries;
    const nlohmann::json report = m_workspace.report(m_workspace.path("out"));
    for (const auto& stage : report["stages"]) {
      retries[stage["name"]] = stage["retries"];
      if (stage["calls"] == 0) continue;
      // Those that were throttled come on top: a place is free only when the process that hung there is gone.
      EXPECT_GE(stage["attempts"].get<int>(), stage["calls"].get<int>() + stage["retries"].get<int>())
          << stage;
    }
    return retries;
  }

  void expect_failure_without_traces(const ProgramRun& run) const {
    EXPECT_NE(run.exit_code, 0);
    EXPECT_THAT(files_below(m_workspace.path("out")), IsEmpty());
    EXPECT_THAT(m_workspace.run_directories(), IsEmpty());
    EXPECT_THAT(run.output, IsEmpty());
  }

  Workspace m_workspace;
  std::string m_image;
  Outputs m_expected;
};

TEST_F(Faults, AProcessKilledBetweenUploadAndCommitIsReplaced) {
  expect_recovery("* * 1 kill_before_commit\n");
  for (const auto& [stage, count] : retries()) {
    EXPECT_EQ(count, stage == "peak_binning" ? 0 : stage == "fill_peak_matrix" ? 1 : 4) << stage;
  }
}

TEST_F(Faults, AProcessThatLeavesIsReplaced) {
  expect_recovery("preprocessing * 1 exit\npeak_picking 2 2 exit\n");
  EXPECT_EQ(retries()["preprocessing"], 4);
  EXPECT_EQ(retries()["peak_picking"], 2);
  EXPECT_EQ(retries()["normalizations_and_means"], 0);
}

TEST_F(Faults, AnExceptionIsAFailedAttempt) {
  expect_recovery(
      "normalizations_and_means 3 2 throw_exception\ninternal_reference_spectrum * 1 throw_exception\n");
  EXPECT_EQ(retries()["normalizations_and_means"], 2);
  EXPECT_EQ(retries()["internal_reference_spectrum"], 4);
}

TEST_F(Faults, AnAnswerWithoutACommitIsAFailedAttempt) {
  expect_recovery("common_mass_axis 1 1 answer_without_commit\npreprocessing * 1 answer_without_commit\n");
  EXPECT_EQ(retries()["common_mass_axis"], 1);
  EXPECT_EQ(retries()["preprocessing"], 4);
}

TEST_F(Faults, ACommitWithoutAnAnswerIsASuccess) {
  expect_recovery("preprocessing 1 9 hang_after_commit\n");
  EXPECT_EQ(retries()["preprocessing"], 0);
}

TEST_F(Faults, ACommitWithoutAnAnswerIsASuccessOnTheOnlyWorkerToo) {
  expect_recovery("overall_average_spectrum 1 9 hang_after_commit\npeak_picking 3 9 hang_after_commit\n",
                  "1");
  EXPECT_EQ(retries()["overall_average_spectrum"], 0);
  EXPECT_EQ(retries()["peak_picking"], 0);
}

TEST_F(Faults, ACallThatAlwaysFailsEndsTheRunAndIsNamed) {
  const ProgramRun run = process_with("preprocessing 1 1000 exit\n", "2");
  expect_failure_without_traces(run);
  EXPECT_THAT(run.errors, HasSubstr("preprocessing"));
  EXPECT_THAT(run.errors, HasSubstr("cube 1"));
  EXPECT_THAT(run.errors, HasSubstr("exit status 3"));
  EXPECT_THAT(run.errors, HasSubstr("a fault as planned: cube 1 leaves"));  // the function's log
}

TEST_F(Faults, ARuntimeThatCannotStartEndsTheRun) {
  const std::string script = m_workspace.path("broken.sh");
  write_text(script, "#!/bin/sh\necho this runtime is broken >&2\nexit 7\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const ProgramRun run = process("out", {{"FANFOLD_RUNTIME", script}}, "2");
  expect_failure_without_traces(run);
  EXPECT_THAT(run.errors, HasSubstr("this runtime is broken"));
}

TEST_F(Faults, ARuntimeThatIsNotThereIsNamed) {
  const ProgramRun run = process("out", {{"FANFOLD_RUNTIME", "/none/fanfold-runtime"}}, "2");
  expect_failure_without_traces(run);
  EXPECT_THAT(run.errors, HasSubstr("/none/fanfold-runtime"));
}

}  // namespace
}  // namespace fanfold::e2e
