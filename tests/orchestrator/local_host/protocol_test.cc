// What the Runtime API says to runtimes that do what they should not.
#include <gmock/gmock.h>

#include "tests/orchestrator/local_host/host_fixture.h"

namespace fanfold {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

class ProtocolTest : public HostTest {
 protected:
  json remembered() { return call_json({{"do", "remembered"}}); }
};

TEST_F(ProtocolTest, GivesTheSameEventWithTheSameDeadlineAgain) {
  start(raw_options());
  EXPECT_FALSE(call(R"({"do":"again"})").function_error);
  EXPECT_EQ(remembered()[0], json({true, true, true}));
}

TEST_F(ProtocolTest, RefusesASecondAnswerAndAnUnknownId) {
  start(raw_options());
  EXPECT_FALSE(call(R"({"do":"twice"})").function_error);
  EXPECT_FALSE(call(R"({"do":"wrong id"})").function_error);
  EXPECT_EQ(remembered(), json({202, 403, 400, 202}));
}

TEST_F(ProtocolTest, LeavesABadResponseModeStuckUntilTheTimeout) {
  LocalHostOptions options = raw_options();
  options.function_timeout = milliseconds(200);
  start(options);
  EXPECT_THAT(call(R"({"do":"bad mode"})").payload, testing::HasSubstr("Task timed out after 0.20 seconds"));
  EXPECT_FALSE(call("{}").function_error);
}

TEST_F(ProtocolTest, ServesTheNextCallWhenTheProcessEndsAfterItsAnswer) {
  start(raw_options());
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(call(R"({"do":"answer and exit"})").function_error) << i;
  EXPECT_TRUE(becomes_true([&] { return m_host->stats().crashes == 10; }));
  EXPECT_EQ(m_host->stats().errors, 0U);
}

TEST_F(ProtocolTest, FinishesAnInitThatWasLateUnderTheFunctionsTimeout) {
  const TestFolder folder;
  LocalHostOptions options = raw_options({"START_FILE=" + folder.file("started")});
  options.init_timeout = milliseconds(200);
  start(options);
  const InvokeAnswer answer = call(R"({"do":"echo"})");
  EXPECT_FALSE(answer.function_error) << answer.payload;
  EXPECT_THAT(answer.log_tail, testing::HasSubstr("Init Duration"));
  EXPECT_EQ(m_host->stats().cold_starts, 2U);
  EXPECT_EQ(m_host->stats().timeouts, 1U);
}

TEST_F(ProtocolTest, RegistersExtensionsBeforeTheFirstEventOnly) {
  start(raw_options({"EXTENSION=watcher"}));
  const json late = call_json({{"do", "call"},
                               {"method", "POST"},
                               {"path", "/2020-01-01/extension/register"},
                               {"body", R"({"events":[]})"},
                               {"fields", {{"Lambda-Extension-Name", "late"}}}});
  EXPECT_EQ(late["status"], 403);
  EXPECT_EQ(json::parse(late["body"].get<std::string>())["errorType"], "Extension.RegistrationClosed");
  EXPECT_EQ(remembered(), json({200, 202})) << "its own registration, the answer above";
}

TEST_F(ProtocolTest, TellsExtensionsOfEveryInvocation) {
  start(raw_options({"EXTENSION=watcher", "EXTENSION_EVENTS=[\"INVOKE\"]"}));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(call("{}").function_error);
  const json seen = remembered();
  EXPECT_GE(std::count(seen.begin(), seen.end(), "INVOKE"), 3);
}

TEST_F(ProtocolTest, PassesOnLogSettingsAndLimits) {
  LocalHostOptions options = raw_options();
  options.log_format = "JSON";
  options.log_level = "DEBUG";
  options.open_files_limit = 77;
  start(options);
  const json seen = call_json({{"do", "describe"}});
  EXPECT_EQ(seen["AWS_LAMBDA_LOG_FORMAT"], "JSON");
  EXPECT_EQ(seen["AWS_LAMBDA_LOG_LEVEL"], "DEBUG");
  EXPECT_EQ(seen["_LAMBDA_TELEMETRY_LOG_FD"], "");
  EXPECT_EQ(seen["files"], 77);
}

TEST_F(ProtocolTest, ReadsTheFramedLogBack) {
  LocalHostOptions options = raw_options();
  options.framed_log = true;
  start(options);
  EXPECT_EQ(call_json({{"do", "describe"}})["_LAMBDA_TELEMETRY_LOG_FD"], "3");
  const InvokeAnswer answer = call(R"({"do":"frame","record":"two\nlines"})");
  EXPECT_THAT(answer.log_tail, testing::HasSubstr("Version: $LATEST\ntwo\nlines\nEND RequestId"));
}

}  // namespace
}  // namespace fanfold
