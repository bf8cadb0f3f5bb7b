// A golden job from S3 to S3 on bad connections: what it writes is what a local run writes, and what rMSI2
// wrote.
#include <gmock/gmock.h>

#include "tests/e2e/golden_comparison.h"
#include "tests/e2e/s3_fault_plan.h"
#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

class S3Golden : public S3Job {
 protected:
  void SetUp() override {
    if (!FaultProxy::is_available()) GTEST_SKIP() << "there is no python3 for the proxy";
    S3Job::SetUp();
  }

  Words job(const std::string& inputs, const std::string& out, const std::string& dump) const {
    Words words{"run", m_golden.expected("job.json"), "--compat", "rmsi2", "--cube-pixels", "16", "--quiet"};
    for (const auto& [name, value] :
         {std::pair("--input-root", inputs), std::pair("-o", out), std::pair("--dump", dump)}) {
      words.emplace_back(name);
      words.push_back(value);
    }
    return words;
  }

  // Runs the job with these rules, each of which must have struck.
  void expect_golden_outputs(const Words& rules) const {
    const std::string inputs = FANFOLD_GOLDEN_DIR;
    const ProgramRun local = fanfold(job(inputs, m_workspace.path("local"), m_workspace.path("local_dump")));
    ASSERT_EQ(local.exit_code, 0) << local.errors;

    put_image(inputs + "/inputs/c.imzML", "bucket/inputs");
    const auto faulty = proxy(plan_of(rules));
    ASSERT_NE(faulty, nullptr);
    const ProgramRun run =
        run_program(m_workspace.command(job(uri("bucket"), uri("out"), m_workspace.path("dump"))),
                    variables(*faulty, {{"FANFOLD_HTTP_STALL_SECONDS", "1"}}));
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    expect_all_struck(*faulty, rules);

    const Outputs expected = without_locations(read_outputs(m_workspace.path("local")));
    EXPECT_THAT(expected, ::testing::Contains(::testing::Key("merged-peakmatrix.zarr/.zmetadata")));
    expect_equal_outputs(expected, outputs("out"), "through the proxy");
    m_golden.compare_arrays(m_workspace.path("dump"));
    const TemporaryFolder copy;
    copy_to(copy.path(), "out");
    m_golden.compare_files(copy.path());
  }

  const GoldenComparison m_golden{FANFOLD_GOLDEN_DIR, "c_pick"};
};

constexpr std::string_view k_read_c = R"("method": "GET", "path": ".*/inputs/c[.]ibd")";

class S3GoldenReading : public S3Golden {};
TEST_P(S3GoldenReading, SurvivesAnswersThatBreakOffOrStallOrLie) {
  expect_golden_outputs({rule(R"("method": "GET", "path": ".*[.]imzML")", R"("kind": "cut", "bytes": 5000)"),
                         rule(k_read_c, R"("kind": "cut", "bytes": 0)"),
                         rule(k_read_c, R"("kind": "cut", "bytes": 20001)"),
                         rule(k_read_c, R"("kind": "stall", "bytes": 100, "seconds": 60)"),
                         rule(k_read_c, R"("kind": "content_range", "value": "bytes 0-1/2")"),
                         rule(k_read_c, R"("kind": "whole")")});
}
INSTANTIATE_TEST_SUITE_P(Real, S3GoldenReading, ::testing::Values(S3ServerKind::versitygw), name_of_server);

class S3GoldenWriting : public S3Golden {};
TEST_P(S3GoldenWriting, SurvivesDeadConnectionsBusyServersAndLostAnswers) {
  expect_golden_outputs({rule(R"("method": "GET")", R"("kind": "reset_on_reuse")", R"(, "times": 4)"),
                         rule(R"("method": "PUT")", R"("kind": "reset_on_reuse")", R"(, "times": 4)"),
                         rule(R"("method": "GET|PUT")", k_slow_down, R"(, "skip": 10, "times": 4)"),
                         rule(k_upload_part, R"("kind": "lose_answer")"),
                         rule(k_complete, R"("kind": "error_body", "code": "InternalError")"),
                         rule(k_complete, R"("kind": "lose_answer")")});
}
INSTANTIATE_TEST_SUITE_P(Real, S3GoldenWriting, ::testing::Values(S3ServerKind::minio), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
