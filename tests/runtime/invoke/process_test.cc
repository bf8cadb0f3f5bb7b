// What only a process of its own can show: signals, freezing, exit codes.
#include <gtest/gtest.h>

#include <thread>

#include "tests/runtime/invoke/function_process.h"
#include "tests/runtime/invoke/hand_played_platform.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;
using Connection = HandPlayedPlatform::Connection;

// Within the platform's time, and what the machine may be busy with.
#ifdef FANFOLD_SANITIZED
constexpr milliseconds k_shutdown_limit{3'000};  // a sanitizer has its own business at the end
#else
constexpr milliseconds k_shutdown_limit{400};
#endif

constexpr char k_identifier[] = "Lambda-Extension-Identifier: 0123-abc\r\n";

// A program that has registered and asks for its first event.
struct Started {
  explicit Started(const std::string& program, std::vector<std::string> environment = {})
      : process(program, platform.address(), std::move(environment)), first(platform.accept()) {
    const ServerRequest registration = first.read();
    EXPECT_EQ(registration.method + " " + registration.target, k_register_path);
    EXPECT_EQ(registration.body, R"({"events":[]})");
    EXPECT_NE(registration.headers.value_or_empty("lambda-extension-name"), "");
    first.answer(200, k_identifier, "{}");
    parked.emplace(platform.accept());
    const ServerRequest event_next = parked->read();
    EXPECT_EQ(event_next.method + " " + event_next.target, k_event_next_path);
    EXPECT_EQ(event_next.headers.value_or_empty("lambda-extension-identifier"), "0123-abc");
    EXPECT_EQ(first.read_path(), k_next_path);
  }

  HandPlayedPlatform platform;
  FunctionProcess process;
  Connection first;
  std::optional<Connection> parked;
};

// Gives an event that says where its handler reports that it waits, and waits for that.
void give_and_await(Started& started, const std::string& what, const std::string& fields = {}) {
  HandPlayedPlatform reports;
  started.first.give_event("a", what + " " + reports.address(), fields);
  reports.accept();
}

#ifdef __SANITIZE_THREAD__
constexpr bool k_signals_come_late =
    true;  // the thread sanitizer keeps them until a call of the system returns
#else
constexpr bool k_signals_come_late = false;
#endif

TEST(Process, AnswersAfterRegisteringForNotice) {
  Started started(FANFOLD_EXAMPLE_ECHO);
  started.first.give_event("a", "[1]");
  const ServerRequest response = started.first.read();
  EXPECT_EQ(response.target, "/2018-06-01/runtime/invocation/a/response");
  EXPECT_EQ(response.body, "[1]");
  started.first.answer(202);
  EXPECT_EQ(started.first.read_path(), k_next_path);
}

TEST(Process, DoesWithoutNoticeWhereItIsRefused) {
  for (const int status : {403, 404, 500}) {
    HandPlayedPlatform platform;
    FunctionProcess process(FANFOLD_EXAMPLE_ECHO, platform.address());
    Connection connection = platform.accept();
    EXPECT_EQ(connection.read_path(), k_register_path);
    connection.answer(status, {}, R"({"errorType":"Extension.RegistrationClosed"})");
    EXPECT_EQ(connection.read_path(), k_next_path);
    connection.give_event("a", "1");
    EXPECT_EQ(connection.read_path(), response_path("a"));
  }
}

TEST(Process, DoesWithoutNoticeWhereTheRegistrationIsCut) {
  HandPlayedPlatform platform;
  FunctionProcess process(FANFOLD_EXAMPLE_ECHO, platform.address());
  Connection connection = platform.accept();
  EXPECT_EQ(connection.read_path(), k_register_path);
  connection.close();
  Connection parked = platform.accept();
  parked.close();
  EXPECT_EQ(platform.accept().read_path(), k_next_path);
}

TEST(Process, LeavesAtOnceOnSigtermWhenIdle) {
  if (k_signals_come_late) GTEST_SKIP() << "the thread sanitizer delivers signals late";
  Started started(FANFOLD_EXAMPLE_ECHO);
  started.process.signal(SIGTERM);
  EXPECT_EQ(started.process.wait_for_end(k_shutdown_limit), 0);
}

TEST(Process, LeavesOnSigtermAlsoWhereItCouldNotRegister) {
  if (k_signals_come_late) GTEST_SKIP() << "the thread sanitizer delivers signals late";
  HandPlayedPlatform platform;
  FunctionProcess process(FANFOLD_EXAMPLE_ECHO, platform.address());
  Connection connection = platform.accept();
  connection.read();
  connection.answer(404);
  EXPECT_EQ(connection.read_path(), k_next_path);
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait_for_end(k_shutdown_limit), 0);
}

TEST(Process, LetsAnObedientHandlerReportAfterSigterm) {
  if (k_signals_come_late) GTEST_SKIP() << "the thread sanitizer delivers signals late";
  Started started(FANFOLD_OBEDIENT_FUNCTION);
  give_and_await(started, "obey");
  started.process.signal(SIGTERM);
  const ServerRequest report = started.first.read();
  EXPECT_EQ(report.target, "/2018-06-01/runtime/invocation/a/error");
  EXPECT_EQ(report.headers.value_or_empty("lambda-runtime-function-error-type"), "Function.Cancelled");
  started.first.answer(202);
  EXPECT_EQ(started.process.wait_for_end(k_shutdown_limit), 0);
}

TEST(Process, EndsUnderAHandlerThatIgnoresSigterm) {
  if (k_signals_come_late) GTEST_SKIP() << "the thread sanitizer delivers signals late";
  Started started(FANFOLD_OBEDIENT_FUNCTION);
  give_and_await(started, "ignore");
  started.process.signal(SIGTERM);
  EXPECT_EQ(started.process.wait_for_end(k_shutdown_limit), 1);
}

TEST(Process, StopsItselfBeforeItsDeadline) {
  Started started(FANFOLD_OBEDIENT_FUNCTION);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto deadline = std::chrono::duration_cast<milliseconds>(now).count() + 500;
  give_and_await(started, "obey", "Lambda-Runtime-Deadline-Ms: " + std::to_string(deadline) + "\r\n");
  const ServerRequest report = started.first.read();
  EXPECT_EQ(report.headers.value_or_empty("lambda-runtime-function-error-type"), "Function.Timeout");
  EXPECT_LT(std::chrono::system_clock::now().time_since_epoch(), milliseconds(deadline));
  started.first.answer(202);
  EXPECT_EQ(started.first.read_path(), k_next_path);
}

TEST(Process, WaitsForAnEventThroughAFreeze) {
  Started started(FANFOLD_EXAMPLE_ECHO);
  started.process.freeze();
  std::this_thread::sleep_for(milliseconds(1'500));  // the subject of the test
  started.process.thaw();
  started.first.give_event("a", "1");
  EXPECT_EQ(started.first.read_path(), response_path("a"));
}

TEST(Process, AsksAgainWhereItsConnectionWasClosedDuringAFreeze) {
  Started started(FANFOLD_EXAMPLE_ECHO);
  started.process.freeze();
  started.first.close();
  std::this_thread::sleep_for(milliseconds(1'500));
  started.process.thaw();
  Connection again = started.platform.accept();
  EXPECT_EQ(again.read_path(), k_next_path);
  again.give_event("a", "1");
  EXPECT_EQ(again.read_path(), response_path("a"));
}

// Nothing went out over the stale connection, so nothing is posted twice.
TEST(Process, PostsOverAFreshConnectionAfterAFreezeInTheHandler) {
  Started started(FANFOLD_OBEDIENT_FUNCTION);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto deadline = std::chrono::duration_cast<milliseconds>(now).count() + 1'000;
  give_and_await(started, "obey", "Lambda-Runtime-Deadline-Ms: " + std::to_string(deadline) + "\r\n");
  started.process.freeze();
  started.first.close();
  std::this_thread::sleep_for(milliseconds(1'500));
  started.process.thaw();
  Connection again = started.platform.accept();
  EXPECT_EQ(again.read_path(), error_path("a"));
  again.answer(202);
  EXPECT_EQ(again.read_path(), k_next_path);
}

TEST(Process, ExitsWhenThePlatformIsGone) {
  std::optional<Started> started(std::in_place, FANFOLD_EXAMPLE_ECHO);
  HandPlayedPlatform* const platform = &started->platform;
  *platform = HandPlayedPlatform();  // nobody listens there any more
  started->first.close();
  EXPECT_EQ(started->process.wait_for_end(milliseconds(5'000)), 1);
}

TEST(Process, RefusesAnAddressThatIsNone) {
  FunctionProcess process(FANFOLD_EXAMPLE_ECHO, "nonsense");
  EXPECT_EQ(process.wait_for_end(milliseconds(5'000)), 1);
}

}  // namespace
}  // namespace fanfold
