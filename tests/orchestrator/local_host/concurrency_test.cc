// Many invocations at once in one process.
#include <gmock/gmock.h>

#include "tests/orchestrator/local_host/host_fixture.h"

namespace fanfold {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

class ConcurrencyTest : public HostTest {
 protected:
  LocalHostOptions options_for(std::uint32_t workers) {
    LocalHostOptions options = raw_options({"WORKERS=" + std::to_string(workers)});
    options.concurrency = workers;
    return options;
  }
};

TEST_F(ConcurrencyTest, TellsTheProcessHowManyItMayServe) {
  LocalHostOptions options = options_for(3);
  options.freeze = true;  // has no say here
  start(options);
  const json seen = call_json({{"do", "describe"}});
  EXPECT_EQ(seen["AWS_LAMBDA_MAX_CONCURRENCY"], "3");
  EXPECT_EQ(seen["AWS_LAMBDA_INITIALIZATION_TYPE"], "lambda-managed-instances");
  EXPECT_EQ(seen["AWS_LAMBDA_LOG_FORMAT"], "JSON");
  const std::string head = call_json({{"do", "fields"}});
  EXPECT_THAT(head, testing::HasSubstr("Lambda-Runtime-Client-Context: \r\n"));
  EXPECT_THAT(head, testing::HasSubstr("Lambda-Runtime-Cognito-Identity: \r\n"));
}

TEST_F(ConcurrencyTest, RunsInvocationsOfOneProcessSideBySideInAnyOrder) {
  start(options_for(3));
  std::array<Gate, 3> gates;
  for (std::uint64_t i = 0; i < 3; ++i) send(i, gates[i].event());
  await_held(gates);
  send(3, "{}");
  EXPECT_EQ(receive(1).front().http_status, 429) << "no worker is free, and there is no queue";
  for (const std::uint64_t i : {2U, 0U, 1U}) {
    gates[i].open();
    const InvokeAnswer answer = receive(1).front();
    EXPECT_EQ(answer.tag, i);
    EXPECT_EQ(json::parse(answer.payload)["path"], gates[i].path()) << "each gets its own answer";
  }
  EXPECT_EQ(m_host->stats().cold_starts, 1U);
}

TEST_F(ConcurrencyTest, LetsOneInvocationTimeOutAndTheOthersGoOn) {
  LocalHostOptions options = options_for(2);
  options.function_timeout = milliseconds(400);
  start(options);
  const int pid = call_json({{"do", "describe"}})["pid"];
  Gate gate;
  send(1, gate.event());
  std::thread holder([&] { gate.hold(); });
  const InvokeAnswer late = receive(1).front();
  holder.join();
  EXPECT_TRUE(late.function_error);
  EXPECT_EQ(json::parse(late.payload)["errorMessage"],
            "RequestId: " + late.request_id + " Error: Task timed out after 0.40 seconds");
  EXPECT_EQ(call_json({{"do", "describe"}})["pid"], pid) << "the process goes on with its other worker";
  EXPECT_EQ(m_host->stats().environments, 1U);
  gate.open();
  EXPECT_TRUE(becomes_true([&] {
    const json statuses = call_json({{"do", "remembered"}});
    return statuses.is_array() && std::count(statuses.begin(), statuses.end(), 410) == 1;
  })) << "the late answer is refused with 410";
  EXPECT_EQ(m_host->stats().cold_starts, 1U);
  EXPECT_EQ(m_host->stats().timeouts, 1U);
}

TEST_F(ConcurrencyTest, CountsALateWorkerAsBusy) {
  LocalHostOptions options = options_for(1);
  options.function_timeout = milliseconds(150);
  start(options);
  call("{}");
  Gate gate;
  send(1, gate.event());
  std::thread holder([&] { gate.hold(); });
  EXPECT_TRUE(receive(1).front().function_error);
  holder.join();
  EXPECT_EQ(call("{}").http_status, 429);
  gate.open();
  EXPECT_TRUE(becomes_true([&] { return call("{}").http_status == 200; }));
}

TEST_F(ConcurrencyTest, FailsAllWhenTheProcessEnds) {
  start(options_for(3));
  Gate gate;
  send(1, gate.event());
  await_held(gate);
  send(2, R"({"do":"exit","status":9})");
  for (const InvokeAnswer& answer : receive(2)) {
    EXPECT_EQ(json::parse(answer.payload)["errorType"], "Runtime.ExitError");
    EXPECT_THAT(answer.payload, testing::HasSubstr("exit status 9"));
  }
  EXPECT_FALSE(call("{}").function_error);
  EXPECT_EQ(m_host->stats().crashes, 1U);
  EXPECT_EQ(m_host->stats().errors, 2U);
  EXPECT_EQ(m_host->stats().cold_starts, 2U);
}

TEST_F(ConcurrencyTest, SpreadsOverAsManyProcessesAsItNeeds) {
  LocalHostOptions options = options_for(2);
  options.max_environments = 2;
  start(options);
  std::array<Gate, 4> gates;
  for (std::uint64_t i = 0; i < 4; ++i) send(i, gates[i].event());
  std::thread holder([&] {
    for (Gate& gate : gates) gate.hold();
    for (Gate& gate : gates) gate.open();
  });
  for (const InvokeAnswer& answer : receive(4)) EXPECT_FALSE(answer.function_error);
  holder.join();
  EXPECT_EQ(m_host->stats().cold_starts, 2U);
}

}  // namespace
}  // namespace fanfold
