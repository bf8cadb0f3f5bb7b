#include "runtime/core/log_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "runtime/core/log_context.h"
#include "tests/runtime/core/function_log_fixture.h"

namespace fanfold::log {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

TEST_F(FunctionLog, IsAsEverywhereElseWithoutAPlatform) {
  configure(EnvironmentVariables(Variables{{k_json[0], k_json[1]}, {"AWS_LAMBDA_LOG_LEVEL", "TRACE"}}));
  const Context context({"id-1"});
  info("quiet");
  warning("loud");
  EXPECT_THAT(lines(), ElementsAre(MatchesRegex("[-0-9]+T[:0-9]+\\.[0-9]+ warning loud")));
}

TEST_F(FunctionLog, IsTextFromWarningsOnByDefault) {
  configure_with({});
  info("quiet");
  warning("loud");
  EXPECT_THAT(lines(), ElementsAre(MatchesRegex("[-0-9]+T[:0-9]+\\.[0-9]+Z\t\tWARN\tloud")));
}

TEST_F(FunctionLog, TakesNoLevelWithText) {
  configure_with({{"AWS_LAMBDA_LOG_FORMAT", "Text"}, {"AWS_LAMBDA_LOG_LEVEL", "TRACE"}});
  debug("quiet");
  EXPECT_THAT(lines(), IsEmpty());
}

TEST_F(FunctionLog, BeginsWithItsLevelInJson) {
  constexpr std::array<const char*, 6> k_levels{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  for (std::size_t i = 0; i < k_levels.size(); ++i) {
    configure_with({{"AWS_LAMBDA_LOG_FORMAT", "json"}, {"AWS_LAMBDA_LOG_LEVEL", k_levels[i]}});
    trace("{}", 0);
    debug("{}", 1);
    info("{}", 2);
    warning("{}", 3);
    error("{}", 4);
    fatal("{}", 5);
    const std::vector<std::string> got = lines();
    ASSERT_THAT(got, SizeIs(k_levels.size() - i)) << k_levels[i];
    for (std::size_t line = 0; line < got.size(); ++line) {
      const json record = json::parse(got[line]);
      EXPECT_EQ(record["level"], k_levels[i + line]);
      EXPECT_EQ(record["message"], std::to_string(i + line));
    }
  }
}

TEST_F(FunctionLog, IsJsonFromInfoOnWithoutALevel) {
  configure_with({{k_json[0], k_json[1]}});
  debug("quiet");
  info("loud");
  const std::vector<std::string> got = lines();
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_EQ(json::parse(got.front())["message"], "loud");
}

TEST_F(FunctionLog, SaysWhatItCannotUse) {
  configure_with({{"AWS_LAMBDA_LOG_FORMAT", "XML"},
                  {"AWS_LAMBDA_LOG_LEVEL", "LOUD"},
                  {"_LAMBDA_TELEMETRY_LOG_FD", "1000000"}});
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("_LAMBDA_TELEMETRY_LOG_FD is '1000000'"), HasSubstr("'LOUD'"),
                                   HasSubstr("'XML'")));
}

TEST_F(FunctionLog, CarriesTheFieldsOfItsContext) {
  configure_with({{k_json[0], k_json[1]}});
  const Context outer({"id-1", "tenant", "Root=1"});
  info("a");
  {
    const Context inner({"id-2"});
    info("b");
  }
  info("c");
  std::thread([] { info("d"); }).join();
  const std::vector<std::string> got = lines();
  ASSERT_THAT(got, SizeIs(4));
  EXPECT_EQ(json::parse(got[0])["requestId"], "id-1");
  EXPECT_EQ(json::parse(got[0])["tenantId"], "tenant");
  EXPECT_EQ(json::parse(got[0])["traceId"], "Root=1");
  EXPECT_EQ(json::parse(got[1])["requestId"], "id-2");
  EXPECT_FALSE(json::parse(got[1]).contains("tenantId"));
  EXPECT_EQ(json::parse(got[2])["requestId"], "id-1");
  EXPECT_FALSE(json::parse(got[3]).contains("requestId"));
}

TEST_F(FunctionLog, LendsTheContextOfAProcessToThreadsWithoutOne) {
  configure_with({{k_json[0], k_json[1]}});
  std::vector<std::string> got;
  {
    const Context context({"id-1", "", "Root=1"}, Context::Reach::process);
    std::thread([] {
      info("lent");
      const Context own({"id-2"});
      info("own");
    }).join();
    got = lines();
    ASSERT_THAT(got, SizeIs(2));
    EXPECT_EQ(json::parse(got[0])["requestId"], "id-1");
    EXPECT_EQ(json::parse(got[0])["traceId"], "Root=1");
    EXPECT_FALSE(json::parse(got[0]).contains("tenantId"));
    EXPECT_EQ(json::parse(got[1])["requestId"], "id-2");
  }
  std::thread([] { info("none"); }).join();
  EXPECT_FALSE(json::parse(lines().at(0)).contains("requestId"));
}

TEST_F(FunctionLog, KeepsAMultiLineRecordOnOneLineOfText) {
  configure_with({});
  const Context context({"id-1"});
  error("one\ntwo\n");
  EXPECT_THAT(lines(), ElementsAre(EndsWith("\tid-1\tERROR\tone\rtwo\r")));
}

TEST_F(FunctionLog, ReportsAnErrorWithItsFields) {
  const std::vector<std::string> stack{"first", "second"};
  configure_with({{k_json[0], k_json[1]}});
  report({"Function.Bad", "it is bad", stack});
  const std::vector<std::string> in_json = lines();
  ASSERT_THAT(in_json, SizeIs(1));
  const json record = json::parse(in_json.front());
  EXPECT_EQ(record["level"], "ERROR");
  EXPECT_EQ(record["message"], "Function.Bad: it is bad");
  EXPECT_EQ(record["errorType"], "Function.Bad");
  EXPECT_EQ(record["errorMessage"], "it is bad");
  EXPECT_EQ(record["stackTrace"], json(stack));

  configure_with({});
  report({"Function.Bad", "it is bad", stack});
  EXPECT_THAT(lines(), ElementsAre(EndsWith("\tERROR\tFunction.Bad: it is bad\r    first\r    second")));
  set_destination(nullptr);
  report({"Function.Bad", "it is bad", stack});
  EXPECT_THAT(lines(), ElementsAre(EndsWith(" error Function.Bad: it is bad")));
}

TEST_F(FunctionLog, TakesNoDescriptorThatCannotBeWritten) {
  Ends framed = make_pipe();
  for (const std::string& number : {number_of(framed.reader), std::string("2"), std::string("-1"),
                                    std::string("3x"), std::string("99999999999")}) {
    configure_with({{"_LAMBDA_TELEMETRY_LOG_FD", number}});
    EXPECT_THAT(lines(), ElementsAre(HasSubstr("no descriptor"))) << number;
  }
}

TEST_F(FunctionLog, LendsItsContextWhileItComesAndGoes) {
  configure_with({{k_json[0], k_json[1]}, {"AWS_LAMBDA_LOG_LEVEL", "FATAL"}});
  std::thread other([] {
    for (int i = 0; i < 20'000; ++i) {
      const CurrentContext context;
      const ContextFields& fields = context.fields();
      ASSERT_EQ(fields.request_id, fields.tenant_id);
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = std::to_string(i);
    const Context context({id, id}, Context::Reach::process);
  }
  other.join();
}

}  // namespace
}  // namespace fanfold::log
