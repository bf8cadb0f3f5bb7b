#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/checking/checking.h"
#include "orchestrator/checking/checks.h"

namespace fanfold::checking {
namespace {

using std::chrono::seconds;

TEST(CheckingText, IsALineForEachCheck) {
  EXPECT_EQ(to_text({Outcome::ok, "region", "eu-west-1"}), "ok   region: eu-west-1\n");
  EXPECT_EQ(to_text({Outcome::note, "machine", "small"}), "note machine: small\n");
  EXPECT_EQ(to_text({Outcome::failed, "Redis", "gone", ErrorKind::transient}), "FAIL Redis: gone\n");
  EXPECT_EQ(to_text({Outcome::skipped, "write", "because"}), "--   write: not tried: because\n");
}

TEST(CheckingText, IsJsonForPrograms) {
  const std::vector<Finding> findings{{Outcome::ok, "a", "b"},
                                      {Outcome::failed, "c", "d", ErrorKind::timeout}};
  const auto json = nlohmann::json::parse(to_json(findings));
  EXPECT_EQ(json["passed"], false);
  ASSERT_EQ(json["checks"].size(), 2U);
  EXPECT_EQ(json["checks"][1]["outcome"], "failed");
  EXPECT_EQ(json["checks"][1]["what"], "c");
  EXPECT_EQ(json["checks"][1]["detail"], "d");
  EXPECT_EQ(nlohmann::json::parse(to_json({}))["passed"], true);
  EXPECT_EQ(summary(findings), "1 of 2 checks failed, 0 not tried");
}

Finding clock_finding(seconds ahead) {
  Finding told;
  const Tell tell = [&told](const Finding& finding) -> Status {
    told = finding;
    return {};
  };
  const std::stop_token stop;
  Findings findings(tell, stop);
  check_clock(ahead, findings);
  return told;
}

TEST(ClockCheck, AllowsHalfAMinuteAndRefusesFive) {
  EXPECT_EQ(clock_finding(seconds(0)).outcome, Outcome::ok);
  EXPECT_EQ(clock_finding(seconds(-30)).outcome, Outcome::ok);
  EXPECT_EQ(clock_finding(seconds(31)).outcome, Outcome::note);
  EXPECT_EQ(clock_finding(seconds(300)).outcome, Outcome::note);
  const Finding behind = clock_finding(seconds(-301));
  EXPECT_EQ(behind.outcome, Outcome::failed);
  EXPECT_EQ(behind.kind, ErrorKind::invalid_argument);
  EXPECT_THAT(behind.detail, testing::HasSubstr("5 min behind the server's"));
}

TEST(FindingsTest, CutSecretsOutWhoeverSaysThem) {
  std::string said;
  const Tell tell = [&said](const Finding& finding) -> Status {
    said += to_text(finding);
    return {};
  };
  const std::stop_token stop;
  Findings findings(tell, stop);
  findings.hide("open sesame");
  findings.ok("the open sesame", "is open sesame");
  findings.fail("x", make_error(ErrorKind::internal, "server says: open sesame\x1b[2J"));
  EXPECT_EQ(said.find("sesame"), std::string::npos) << said;
  EXPECT_EQ(said.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace fanfold::checking
