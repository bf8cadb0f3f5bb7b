// Connections and answers that go wrong between a job and its S3 server: the outputs are those of an
// undisturbed run, or the job fails with one sentence; no upload and no scratch is left in either case.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/e2e/s3_fixture.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;

// Requests, as rules of the proxy name them.
constexpr std::string_view k_read_spectra = R"("method": "GET", "path": ".*/in/p[.]ibd")";
constexpr std::string_view k_begin_upload = R"("method": "POST", "query": "uploads=?")";
constexpr std::string_view k_upload_part = R"("method": "PUT", "query": ".*partNumber=.*")";
constexpr std::string_view k_list_parts = R"("method": "GET", "query": "(.*&)?uploadId=.*")";
constexpr std::string_view k_complete = R"("method": "POST", "query": "uploadId=.*")";

std::string rule(std::string_view request, std::string_view fault, const std::string& more = {}) {
  return fmt::format(R"({{{}, "fault": {{{}}}{}}})", request, fault, more);
}

class S3Faults : public S3Job {
 protected:
  void SetUp() override {
    if (!FaultProxy::is_available()) GTEST_SKIP() << "there is no python3 for the proxy";
    S3Job::SetUp();
  }

  // Runs the small job with these rules, each of which must have struck.
  ProgramRun run(const Words& rules, const Variables& more = {}) {
    m_proxy = proxy("[" + fmt::format("{}", fmt::join(rules, ",\n")) + "]");
    if (!m_proxy) return {};
    const ProgramRun end = run_program(m_workspace.command(small_job(small_image(), uri("out"), m_more)),
                                       variables(*m_proxy, more));
    EXPECT_GE(struck(), rules.size()) << "not every fault has met a request\n" << m_proxy->log();
    return end;
  }

  void expect_recovery(const Words& rules, const Variables& more = {}) {
    const ProgramRun end = run(rules, more);
    ASSERT_EQ(end.exit_code, 0) << end.errors;
    expect_equal_outputs(SmallCase::get().expected, outputs("out"), rules.front());
  }

  // The whole of stderr is one sentence with these words in it, and nothing looks like an output.
  void expect_failure(const Words& rules, int exit_code, const Words& words) {
    const ProgramRun end = run(rules);
    EXPECT_EQ(end.exit_code, exit_code) << end.errors;
    EXPECT_EQ(std::count(end.errors.begin(), end.errors.end(), '\n'), 1) << end.errors;
    for (const std::string& word : words) EXPECT_THAT(end.errors, HasSubstr(word));
    EXPECT_EQ(keys_below("out"), Words{});
  }

  std::size_t struck() const {
    std::istringstream log(m_proxy->log());
    std::size_t count = 0;
    for (std::string line; std::getline(log, line);) count += !nlohmann::json::parse(line)["fault"].is_null();
    return count;
  }

  std::unique_ptr<FaultProxy> m_proxy;
  Words m_more;  // words of the command line
};

TEST_P(S3Faults, AnswersThatBreakOffAreTakenUpWhereTheyBroke) {
  Words rules;
  for (const int bytes : {0, 1, 15, 777, 30'000, 60'001}) {
    rules.push_back(rule(k_read_spectra, fmt::format(R"("kind": "cut", "bytes": {})", bytes)));
  }
  expect_recovery(rules);
}

TEST_P(S3Faults, AnyAnswerMayBreakOff) {
  expect_recovery(
      {rule(R"("method": "GET")", R"("kind": "cut", "bytes": 100)", R"(, "skip": 1, "times": 3)"),
       rule(R"("method": "GET")", R"("kind": "cut", "bytes": 3)", R"(, "skip": 20, "times": 3)")});
}

TEST_P(S3Faults, AnAnswerThatStandsStillIsGivenUp) {
  expect_recovery({rule(k_read_spectra, R"("kind": "stall", "bytes": 100, "seconds": 50)")},
                  {{"FANFOLD_HTTP_STALL_SECONDS", "1"}});
}

TEST_P(S3Faults, AShortPauseIsWaitedFor) {
  expect_recovery({rule(k_read_spectra, R"("kind": "stall", "bytes": 100, "seconds": 0.3)")});
}

TEST_P(S3Faults, KeptConnectionsMayBeDead) {
  expect_recovery({rule(R"("method": "GET")", R"("kind": "reset_on_reuse")", R"(, "times": 5)"),
                   rule(R"("method": "PUT")", R"("kind": "reset_on_reuse")", R"(, "times": 5)"),
                   rule(R"("method": "POST")", R"("kind": "reset_on_reuse")", R"(, "times": 2)")});
}

TEST_P(S3Faults, AServerThatWantsLessHasItsWay) {
  expect_recovery(
      {rule(R"("method": "GET")", R"("kind": "status", "status": 503, "code": "SlowDown")", R"(, "skip": 4)"),
       rule(R"("method": "PUT")", R"("kind": "status", "status": 503, "code": "SlowDown")",
            R"(, "times": 2)")});
}

TEST_P(S3Faults, AnotherRangeThanTheOneAskedForIsNotTaken) {
  expect_recovery({rule(k_read_spectra, R"("kind": "content_range", "value": "bytes 0-1/2")")});
}

TEST_P(S3Faults, TheWholeObjectInPlaceOfARangeIsNotTaken) {
  expect_recovery({rule(k_read_spectra, R"("kind": "whole")", R"(, "times": 2)")});
}

TEST_P(S3Faults, AnErrorInAnAnswerOfSuccessIsAnError) {
  expect_recovery({rule(k_complete, R"("kind": "error_body", "code": "InternalError")", R"(, "times": 2)")});
}

TEST_P(S3Faults, AnUploadMayBeCompleteThoughTheAnswerIsLost) {
  expect_recovery({rule(k_complete, R"("kind": "lose_answer")", R"(, "times": 2)")});
}

TEST_P(S3Faults, PartsAreSentAgainWhereTheAnswerIsLost) {
  expect_recovery({rule(k_upload_part, R"("kind": "lose_answer")", R"(, "times": 2)")});
}

TEST_P(S3Faults, ObjectsAreWrittenAndRemovedAgainWhereTheAnswerIsLost) {
  expect_recovery({rule(R"("method": "PUT", "path": ".*[.]fanfold.*")", R"("kind": "lose_answer")"),
                   rule(R"("method": "PUT", "path": ".*/p-proc[.]imzML")", R"("kind": "lose_answer")"),
                   rule(R"("method": "DELETE")", R"("kind": "lose_answer")", R"(, "times": 2)")});
}

TEST_P(S3Faults, TheListOfPartsIsAskedForAgain) {
  expect_recovery(
      {rule(k_list_parts, R"("kind": "status", "status": 500, "code": "InternalError")", R"(, "times": 2)")});
}

TEST_P(S3Faults, ScratchIsRemovedInTheEnd) {
  expect_recovery({rule(R"("method": "DELETE", "path": ".*[.]fanfold.*")",
                        R"("kind": "status", "status": 500, "code": "InternalError")", R"(, "times": 3)")});
}

// One answer is enough: whatever was read before it is of another object.
TEST_P(S3Faults, AnotherETagEndsTheJob) {
  expect_failure({rule(k_read_spectra, R"("kind": "etag", "value": "\"other\"")", R"(, "skip": 2)")}, 3,
                 {uri("in/p.ibd"), "changed"});
}

TEST_P(S3Faults, APartThatIsNotTheOneThatWasSentEndsTheJob) {
  expect_failure({rule(k_upload_part, R"("kind": "etag", "value": "\"other\"")")}, 3,
                 {uri("out/p-proc.ibd"), "is not the one that its call has written"});
}

// Every refusal names what was tried on which object, and the server's words.
TEST_P(S3Faults, WhatIsForbiddenEndsTheJobAndLeavesNothing) {
  constexpr std::string_view k_forbidden = R"("kind": "status", "status": 403, "code": "AccessDenied")";
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

TEST_P(S3Faults, AForbiddenScratchObjectEndsTheJob) {
  expect_failure({rule(R"("method": "PUT", "path": ".*[.]fanfold.*")",
                       R"("kind": "status", "status": 403, "code": "AccessDenied")", R"(, "times": null)")},
                 3, {"cannot write 's3://", ".fanfold/", "403 AccessDenied", "request PROXY0001"});
}

// The second output, when the first is there already; a file of the matrix; the imzML that makes one visible.
TEST_P(S3Faults, AnOutputThatCannotBeWrittenTakesTheOthersWithIt) {
  m_more = {"--set", "peakbinning.enable=true"};
  for (const std::string path :
       {".*/p-peaks[.]ibd", ".*/merged-peakmatrix[.]zarr/X/.*", ".*/p-peaks[.]imzML"}) {
    SCOPED_TRACE(path);
    expect_failure({rule(R"("method": "P(U|OS)T", "path": ")" + path + "\"",
                         R"("kind": "status", "status": 403, "code": "AccessDenied")", R"(, "times": null)")},
                   3, {"403 AccessDenied"});
  }
}

// Another exit code: trying again may help.
TEST_P(S3Faults, AServerThatAlwaysFailsIsNoFaultOfTheInput) {
  expect_failure(
      {rule(k_complete, R"("kind": "status", "status": 500, "code": "InternalError")", R"(, "times": null)")},
      4, {"cannot complete the upload of", "500 InternalError", "8 attempts"});
}

INSTANTIATE_TEST_SUITE_P(Real, S3Faults, both_servers(), name_of_server);

}  // namespace
}  // namespace fanfold::e2e
