// Programs on the function runtime in the official Runtime Interface Emulator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/support/runtime_emulator.h"

namespace fanfold {
namespace {

using nlohmann::json;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing_support::EmulatedFunction;
using testing_support::RuntimeEmulator;

constexpr std::size_t k_max_payload_bytes = 6 * 1024 * 1024 + 100;

class Emulator : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RuntimeEmulator::program()) {
      GTEST_SKIP() << "there is no aws-lambda-rie; infra/setup/runtime_emulator.sh gets it";
    }
  }

  void start(const EmulatedFunction& function) {
    auto started = RuntimeEmulator::start(function);
    ASSERT_TRUE(started) << started.error().message();
    m_emulator = std::move(started).value();
  }
  void start_scripted(int timeout_seconds = 30, std::vector<std::string> variables = {}) {
    start({FANFOLD_SCRIPTED_FUNCTION, std::move(variables), timeout_seconds});
  }
  // The answer to an event that the emulator itself takes. With several at once it has no queue: an event
  // that comes before a worker has asked for one is refused, as the platform refuses it, and sent again.
  std::string ask(std::string_view event) const {
    constexpr int k_tries = 500;
    HttpOutcome outcome = m_emulator->invoke(event);
    for (int i = 0; i < k_tries && outcome.body.find("Runtime.Unavailable") != std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      outcome = m_emulator->invoke(event);
    }
    EXPECT_TRUE(outcome.transfer) << outcome.transfer.error().message() << "\n" << m_emulator->log();
    EXPECT_EQ(outcome.head.status, 200) << outcome.body << "\n" << m_emulator->log();
    return outcome.body;
  }

  std::unique_ptr<RuntimeEmulator> m_emulator;
};

class EmulatorInClassicMode : public Emulator {};

TEST_F(EmulatorInClassicMode, RunsTheExample) {
  start({FANFOLD_EXAMPLE_ECHO});
  EXPECT_EQ(ask(R"({"a": 1})"), R"({"a": 1})");
}

TEST_F(EmulatorInClassicMode, ServesOneEventAfterTheOther) {
  start_scripted();
  std::string before;
  for (int i = 0; i < 200; ++i) {
    const std::string event = json{{"number", i}}.dump();
    ASSERT_EQ(ask(event), event);
    const std::string request = ask("request");
    ASSERT_EQ(request.size(), 36U) << request;
    ASSERT_NE(request, before);
    before = request;
  }
}

TEST_F(EmulatorInClassicMode, GivesAnErrorBackAndGoesOn) {
  start_scripted();
  EXPECT_EQ(json::parse(ask("error")), (json{{"errorType", "Function.Asked"},
                                             {"errorMessage", "as asked"},
                                             {"stackTrace", {"first", "second"}}}));
  EXPECT_EQ(json::parse(ask("throw"))["errorMessage"], "thrown as asked");
  EXPECT_EQ(ask("still here"), "still here");
}

TEST_F(EmulatorInClassicMode, TakesPayloadsUpToTheLimit) {
  start_scripted();
  for (const std::size_t bytes : {std::size_t{100'000}, std::size_t{6} << 20, k_max_payload_bytes}) {
    const std::string event(bytes, 'e');
    EXPECT_TRUE(ask(event) == event) << bytes;
    EXPECT_EQ(ask("bytes " + std::to_string(bytes)).size(), bytes);
  }
}

TEST_F(EmulatorInClassicMode, RefusesAResponseAboveTheLimitItselfAndGoesOn) {
  start_scripted();
  const json error = json::parse(ask("bytes " + std::to_string(k_max_payload_bytes + 1)));
  EXPECT_EQ(error["errorType"], "Function.ResponseSizeTooLarge");
  EXPECT_EQ(ask("still here"), "still here");
}

TEST_F(EmulatorInClassicMode, StartsAProgramAgainThatHasEnded) {
  start_scripted();
  const HttpOutcome ended = m_emulator->invoke("exit");
  EXPECT_THAT(ended.body, HasSubstr("Runtime.ExitError"));
  EXPECT_THAT(ended.body, HasSubstr("exit status 3"));
  EXPECT_EQ(ask("a new one"), "a new one");
}

TEST_F(EmulatorInClassicMode, TellsAHandlerOfItsDeadlineBeforeItEndsIt) {
  start_scripted(1);
  EXPECT_EQ(json::parse(ask("wait"))["errorType"], "Function.Stopped");
  EXPECT_THAT(m_emulator->invoke("ignore").body, HasSubstr("Task timed out after 1.00 seconds"));
  EXPECT_EQ(ask("a new one"), "a new one");
}

TEST_F(EmulatorInClassicMode, GivesTheReasonWhyAProgramCannotStart) {
  start_scripted(30, {"INIT=throw"});
  const HttpOutcome outcome = m_emulator->invoke("x");
  EXPECT_EQ(outcome.head.status, 502);
  EXPECT_EQ(json::parse(outcome.body)["errorMessage"], "no start as asked") << m_emulator->log();
}

TEST_F(EmulatorInClassicMode, LogsWithTheRequest) {
  start_scripted(30, {"AWS_LAMBDA_LOG_FORMAT=JSON"});
  const std::string request = ask("request");
  ask("log");
  ask("error");
  const std::string log = m_emulator->log_with("Function.Asked: as asked");
  int of_ours = 0;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const json record = json::parse(line, nullptr, false);
    if (!record.is_object() || !record.contains("requestId")) continue;
    ++of_ours;
    EXPECT_EQ(record["requestId"].get<std::string>().size(), request.size());
    EXPECT_THAT((std::vector<std::string>{"one line\nand another", "Function.Asked: as asked"}),
                ::testing::Contains(record["message"].get<std::string>()));
  }
  EXPECT_EQ(of_ours, 2) << log;
}

class EmulatorWithConcurrency : public Emulator {
 protected:
  void SetUp() override {
    Emulator::SetUp();
    if (IsSkipped()) return;
    if (!RuntimeEmulator::has_concurrency()) GTEST_SKIP() << "this user may not make a mount namespace";
    start({FANFOLD_SCRIPTED_FUNCTION, {}, 20, k_concurrency});
  }

  std::vector<std::string> ask_at_once(const std::vector<std::string>& events) const {
    std::vector<std::string> answers(events.size());
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < events.size(); ++i) {
      callers.emplace_back([&, i] { answers[i] = ask(events[i]); });
    }
    for (std::thread& caller : callers) caller.join();
    return answers;
  }

  static constexpr int k_concurrency = 4;
};

TEST_F(EmulatorWithConcurrency, ServesEventsSideBySide) {
  EXPECT_EQ(ask("first"), "first");
  EXPECT_THAT(ask_at_once(std::vector<std::string>(k_concurrency, "meet 4")), Each("met"));
}

TEST_F(EmulatorWithConcurrency, GivesEachCallerItsOwnAnswer) {
  ask("first");
  for (int round = 0; round < 25; ++round) {
    std::vector<std::string> events;
    for (int i = 0; i < 3; ++i) events.push_back(fmt::format("{} {}", round, i) + std::string(50'000, 'x'));
    ASSERT_EQ(ask_at_once(events), events);
  }
  EXPECT_EQ(json::parse(ask("error"))["errorType"], "Function.Asked");
}

}  // namespace
}  // namespace fanfold
