// Jobs in S3 that end before they are done, inputs that change meanwhile, and outputs that are to be
// replaced.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <regex>

#include "tests/e2e/s3_fault_plan.h"
#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string uuid_of_ibd(const std::string& ibd) {
  std::string hex;
  for (const char byte : ibd.substr(0, 16)) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

std::string uuid_of_imzml(const std::string& imzml) {
  static const std::regex pattern(R"re(accession="IMS:1000080"[^>]*value="([^"]*)")re");
  std::smatch found;
  if (!std::regex_search(imzml, found, pattern)) return "none";
  std::string hex = found[1];
  std::erase_if(hex, [](char c) { return c == '-' || c == '{' || c == '}'; });
  std::ranges::transform(hex, hex.begin(), [](unsigned char c) { return std::tolower(c); });
  return hex;
}

class S3Lifecycle : public S3Job {
 protected:
  void expect_orderly_end(const std::string& stage, const Words& more = {}) const {
    const auto run = standing_run(stage, more);
    const WatchedProcesses children(descendants_of(run->pid()));
    EXPECT_GE(children.size(), 3u) << "redis-server and two workers";
    run->signal(SIGINT);
    const ProgramRun end = run->wait();
    EXPECT_EQ(end.exit_code, 130) << end.errors;
    EXPECT_TRUE(children.all_end_within(seconds(0)));
    EXPECT_THAT(end.errors, EndsWith("\nfanfold: the run was interrupted\n"));
    EXPECT_THAT(keys_below("out"), IsEmpty());
  }

  // Each imzML has the .ibd that it describes.
  void expect_nothing_half_visible() const {
    for (const std::string& key : keys_below("out")) {
      if (!key.ends_with(".imzML")) continue;
      const std::string ibd = key.substr(0, key.size() - std::string_view("imzML").size()) + "ibd";
      ASSERT_THAT(keys_below("out"), Contains(ibd));
      EXPECT_EQ(uuid_of_imzml(get("out/" + key)), uuid_of_ibd(get("out/" + ibd))) << key;
    }
  }
};

TEST_P(S3Lifecycle, AnInterruptWhilePartsAreWrittenLeavesNothing) {
  expect_orderly_end("preprocessing");
}
TEST_P(S3Lifecycle, AnInterruptBetweenTwoOutputsLeavesNothing) {
  expect_orderly_end("peak_picking");
}
TEST_P(S3Lifecycle, AnInterruptInTheMatrixLeavesNothing) {
  expect_orderly_end("fill_peak_matrix", {"--set", "peakbinning.enable=true"});
}

TEST_P(S3Lifecycle, AnInterruptWhileAServerGivesNoAnswerIsNoReasonToWaitForIt) {
  if (!FaultProxy::is_available()) GTEST_SKIP() << "there is no python3 for the proxy";
  const std::string image = small_image();
  // Both are read by the orchestrator: the second one when an upload has been completed. Every read of them
  // stalls: some are read ahead and given up.
  for (const std::string request : {R"("path": ".*/in/p[.]imzML")", R"("path": ".*/out/p-proc[.]ibd")"}) {
    SCOPED_TRACE(request);
    const auto stalling =
        proxy(plan_of({rule(R"("method": "GET", )" + request,
                            R"("kind": "stall", "bytes": 100, "seconds": 50)", R"(, "times": null)")}));
    ASSERT_NE(stalling, nullptr);
    BackgroundRun run(m_workspace.command(small_job(image, uri("out"))), variables(*stalling));
    ASSERT_TRUE(stalling->await_stall()) << stalling->log();
    run.signal(SIGINT);
    const auto interrupted = std::chrono::steady_clock::now();
    const ProgramRun end = run.wait();
    EXPECT_LT(std::chrono::steady_clock::now() - interrupted, seconds(2));
    EXPECT_EQ(end.exit_code, 130) << end.errors;
    EXPECT_THAT(end.errors, EndsWith("\nfanfold: the run was interrupted\n"));
    EXPECT_THAT(keys_below("out"), IsEmpty());
  }
}

TEST_P(S3Lifecycle, AKilledJobLeavesUploadsAndScratchAndNothingThatLooksLikeAnOutput) {
  {
    const auto run = standing_run("preprocessing");
    const WatchedProcesses children(descendants_of(run->pid()));
    run->signal(SIGKILL);
    EXPECT_EQ(run->wait().exit_code, 128 + SIGKILL);
    EXPECT_TRUE(children.all_end_within(seconds(2)));
  }
  EXPECT_THAT(uploads(), ElementsAre("out/p-proc.ibd"));
  EXPECT_THAT(scratch(), Not(IsEmpty()));
  EXPECT_EQ(keys_below("out"), scratch());
  // Neither is in the way of the next one.
  const ProgramRun run = fanfold(small_job(small_image(), uri("out")));
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  tidy();
  expect_equal_outputs(SmallCase::get().expected, outputs("out"), "after a killed run");
}

TEST_P(S3Lifecycle, AnInputThatChangesBetweenTwoStagesEndsTheJob) {
  const auto run = standing_run("peak_picking");
  std::string ibd = get("in/p.ibd");
  ibd.back() = static_cast<char>(ibd.back() ^ 1);
  put("in/p.ibd", ibd);
  kill_workers(*run);
  const ProgramRun end = run->wait();
  EXPECT_EQ(end.exit_code, 3) << end.errors;
  EXPECT_THAT(end.errors, HasSubstr("'" + uri("in/p.ibd") + "' was changed since the job began"));
  EXPECT_THAT(keys_below("out"), IsEmpty());
}

TEST_P(S3Lifecycle, AJobThatShouldReplaceOutputsAndFailsLeavesNothingHalf) {
  if (!FaultProxy::is_available()) GTEST_SKIP() << "there is no python3 for the proxy";
  const std::string image = small_image();
  ASSERT_EQ(fanfold(small_job(image, uri("out"))).exit_code, 0);
  Words forced = small_job(image, uri("out"));
  forced.emplace_back("--force");
  for (const std::string request : {R"("method": "POST", "query": "uploadId=.*")",
                                    R"("method": "POST", "path": ".*/p-peaks[.]ibd", "query": "uploadId=.*")",
                                    R"("method": "PUT", "path": ".*/p-peaks[.]imzML")"}) {
    SCOPED_TRACE(request);
    const auto refusing =
        proxy("[{" + request +
              R"(, "times": null, "fault": {"kind": "status", "status": 403, "code": "AccessDenied"}}])");
    ASSERT_NE(refusing, nullptr);
    const ProgramRun run = run_program(m_workspace.command(forced), variables(*refusing));
    EXPECT_EQ(run.exit_code, 3) << run.errors;
    expect_nothing_half_visible();
    EXPECT_THAT(keys_below("out"), Not(Contains(HasSubstr("report")))) << "it would tell of other outputs";
  }
  const ProgramRun run = fanfold(forced);
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  expect_equal_outputs(SmallCase::get().expected, outputs("out"), "replaced at last");
}

INSTANTIATE_TEST_SUITE_P(Real, S3Lifecycle, both_servers(), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
