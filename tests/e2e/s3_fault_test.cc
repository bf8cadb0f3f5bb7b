// Connections and answers that go wrong between a job and its S3 server: the outputs are those of an
// undisturbed run, or the job fails with one sentence; no upload and no scratch is left in either case.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/e2e/s3_fault_plan.h"
#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;

class S3Faults : public S3Job {
 protected:
  void SetUp() override {
    if (!FaultProxy::is_available()) GTEST_SKIP() << "there is no python3 for the proxy";
    S3Job::SetUp();
  }

  // Runs the small job with these rules, each of which must have struck.
  ProgramRun run(const Words& rules, const Variables& more = {}) const {
    const auto faulty = proxy(plan_of(rules));
    if (!faulty) return {};
    const ProgramRun end = run_program(m_workspace.command(small_job(small_image(), uri("out"), m_more)),
                                       variables(*faulty, more));
    expect_all_struck(*faulty, rules);
    return end;
  }

  void expect_recovery(const Words& rules, const Variables& more = {}) const {
    const ProgramRun end = run(rules, more);
    ASSERT_EQ(end.exit_code, 0) << end.errors;
    expect_equal_outputs(SmallCase::get().expected, outputs("out"), rules.front());
  }

  // The whole of stderr is one sentence with these words in it, and nothing looks like an output.
  void expect_failure(const Words& rules, int exit_code, const Words& words) const {
    const ProgramRun end = run(rules);
    EXPECT_EQ(end.exit_code, exit_code) << end.errors;
    EXPECT_EQ(std::count(end.errors.begin(), end.errors.end(), '\n'), 1) << end.errors;
    for (const std::string& word : words) EXPECT_THAT(end.errors, HasSubstr(word));
    EXPECT_EQ(keys_below("out"), Words{});
  }

  Words m_more;  // words of the command line
};

// What is between a request and its answer does not depend on the server: every fault is tried on one of
// them.
class S3FaultsOne : public S3Faults {};
class S3FaultsOther : public S3Faults {};

TEST_P(S3FaultsOne, AnswersThatBreakOffAreTakenUpWhereTheyBroke) {
  Words rules;
  for (const int bytes : {0, 1, 15, 777, 30'000}) {
    rules.push_back(rule(k_read_spectra, fmt::format(R"("kind": "cut", "bytes": {})", bytes)));
  }
  rules.push_back(rule(R"("method": "GET")", R"("kind": "cut", "bytes": 3)", R"(, "skip": 20, "times": 3)"));
  expect_recovery(rules);
}

TEST_P(S3FaultsOther, AnAnswerThatStandsStillIsGivenUpAndAShortPauseIsWaitedFor) {
  expect_recovery({rule(k_read_spectra, R"("kind": "stall", "bytes": 100, "seconds": 0.3)"),
                   rule(k_read_spectra, R"("kind": "stall", "bytes": 100, "seconds": 50)")},
                  {{"FANFOLD_HTTP_STALL_SECONDS", "1"}});
}

TEST_P(S3FaultsOther, KeptConnectionsMayBeDead) {
  expect_recovery({rule(R"("method": "GET")", R"("kind": "reset_on_reuse")", R"(, "times": 5)"),
                   rule(R"("method": "PUT")", R"("kind": "reset_on_reuse")", R"(, "times": 5)"),
                   rule(R"("method": "POST")", R"("kind": "reset_on_reuse")", R"(, "times": 2)")});
}

TEST_P(S3FaultsOne, AServerThatWantsLessHasItsWay) {
  expect_recovery({rule(R"("method": "GET")", k_slow_down, R"(, "skip": 4)"),
                   rule(R"("method": "PUT")", k_slow_down, R"(, "times": 2)")});
}

TEST_P(S3FaultsOne, AnotherRangeThanTheOneAskedForIsNotTaken) {
  expect_recovery({rule(k_read_spectra, R"("kind": "content_range", "value": "bytes 0-1/2")"),
                   rule(k_read_spectra, R"("kind": "whole")", R"(, "times": 2)")});
}

TEST_P(S3FaultsOther, WhatTheServerHasDoneIsSeenThoughTheAnswerIsLost) {
  expect_recovery({rule(k_complete, R"("kind": "error_body", "code": "InternalError")", R"(, "times": 2)"),
                   rule(k_complete, R"("kind": "lose_answer")", R"(, "times": 2)"),
                   rule(k_upload_part, R"("kind": "lose_answer")", R"(, "times": 2)"),
                   rule(R"("method": "PUT", "path": ".*[.]fanfold.*")", R"("kind": "lose_answer")"),
                   rule(R"("method": "PUT", "path": ".*/p-proc[.]imzML")", R"("kind": "lose_answer")")});
}

TEST_P(S3FaultsOne, ListsAreAskedForAgainAndScratchIsRemovedInTheEnd) {
  expect_recovery({rule(k_list_parts, k_internal, R"(, "times": 2)"),
                   rule(R"("method": "DELETE")", R"("kind": "lose_answer")", R"(, "times": 2)"),
                   rule(R"("method": "DELETE", "path": ".*[.]fanfold.*")", k_internal, R"(, "times": 3)")});
}

// One answer is enough: whatever was read before it is of another object.
TEST_P(S3FaultsOne, AnotherETagEndsTheJob) {
  expect_failure({rule(k_read_spectra, R"("kind": "etag", "value": "\"other\"")", R"(, "skip": 2)")}, 3,
                 {uri("in/p.ibd"), "changed"});
}

TEST_P(S3FaultsOther, APartThatIsNotTheOneThatWasSentEndsTheJob) {
  expect_failure({rule(k_upload_part, R"("kind": "etag", "value": "\"other\"")")}, 3,
                 {uri("out/p-proc.ibd"), "is not the one that its call has written"});
}

// Every refusal names what was tried on which object, and the server's words.
TEST_P(S3FaultsOne, WhatIsForbiddenEndsTheJobAndLeavesNothing) {
  struct Case {
    std::string_view request;
    std::string action;
  };
  for (const Case& c :
       {Case{k_begin_upload, "cannot begin the upload of"}, Case{k_upload_part, "cannot upload part 1 of"},
        Case{k_list_parts, "cannot list the parts of"}, Case{k_complete, "cannot complete the upload of"}}) {
    SCOPED_TRACE(c.action);
    expect_failure({rule(c.request, k_forbidden, R"(, "times": null)")}, 3,
                   {c.action + " '" + uri("out/p-proc.ibd") + "'", "403 AccessDenied", "request PROXY0001"});
  }
}

TEST_P(S3FaultsOther, AForbiddenScratchObjectEndsTheJob) {
  expect_failure({rule(R"("method": "PUT", "path": ".*[.]fanfold.*")", k_forbidden, R"(, "times": null)")}, 3,
                 {"cannot write 's3://", ".fanfold/", "403 AccessDenied", "request PROXY0001"});
}

// The second output, when the first is there already; a file of the matrix; the imzML that makes one visible.
TEST_P(S3FaultsOther, AnOutputThatCannotBeWrittenTakesTheOthersWithIt) {
  m_more = {"--set", "peakbinning.enable=true"};
  for (const std::string path :
       {".*/p-peaks[.]ibd", ".*/merged-peakmatrix[.]zarr/X/.*", ".*/p-peaks[.]imzML"}) {
    SCOPED_TRACE(path);
    expect_failure(
        {rule(R"("method": "P(U|OS)T", "path": ")" + path + "\"", k_forbidden, R"(, "times": null)")}, 3,
        {"403 AccessDenied"});
  }
}

// Another exit code: trying again may help.
TEST_P(S3FaultsOne, AServerThatAlwaysFailsIsNoFaultOfTheInput) {
  expect_failure({rule(k_complete, k_internal, R"(, "times": null)")}, 4,
                 {"cannot complete the upload of", "500 InternalError", "8 attempts"});
}

INSTANTIATE_TEST_SUITE_P(Real, S3FaultsOne, ::testing::Values(S3ServerKind::versitygw), name_of_server);
INSTANTIATE_TEST_SUITE_P(Real, S3FaultsOther, ::testing::Values(S3ServerKind::minio), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
