#include "runtime/invoke/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/core/log.h"
#include "tests/runtime/invoke/platform_imposter.h"

namespace fanfold {
namespace {

using Answer = std::variant<std::string, HandlerError>;
using Calls = std::vector<std::string>;

Answer echo(const Invocation& invocation) {
  return std::string(invocation.payload);
}

// What ends every script that is not about the end itself.
ScriptedReply the_end() {
  return refused(500, "InternalServerError");
}

class RuntimeTest : public testing::Test {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::warning); }
};

RuntimeOptions options_for(const PlatformImposter& platform) {
  RuntimeOptions options;
  options.api = platform.address();
  options.graceful_shutdown = false;  // scripts are about events
  return options;
}

int run_against(PlatformImposter& platform, const Handler& handler = echo) {
  return run(options_for(platform), handler);
}

TEST_F(RuntimeTest, AnswersEventAfterEventOnOneConnection) {
  PlatformImposter platform({event("a", "1"), accepted(), event("b", "2"), accepted(), the_end()});
  EXPECT_NE(run_against(platform), 0);
  EXPECT_EQ(platform.calls(),
            (Calls{"GET next", "POST a/response", "GET next", "POST b/response", "GET next"}));
  EXPECT_EQ(platform.requests()[1].body, "1");
  EXPECT_EQ(platform.requests()[3].body, "2");
  EXPECT_EQ(platform.requests()[1].headers.value_or_empty("content-type"), "application/json");
  EXPECT_THAT(std::string(platform.requests()[0].headers.value_or_empty("user-agent")),
              testing::StartsWith("fanfold/"));
  EXPECT_EQ(platform.connections(), 1);
}

TEST_F(RuntimeTest, HandsAllHeadersToTheHandlerInWhateverCase) {
  PlatformImposter platform({event("a", "{}",
                                   "lambda-runtime-invoked-function-arn: arn:x\r\n"
                                   "LAMBDA-RUNTIME-TRACE-ID: Root=1\r\n"
                                   "Lambda-Runtime-Client-Context: {\"c\":1}\r\n"
                                   "Lambda-Runtime-Cognito-Identity: {\"i\":1}\r\n"
                                   "Lambda-Runtime-Aws-Tenant-Id: blue\r\n"
                                   "content-type: text/plain\r\n"
                                   "Lambda-Runtime-Deadline-Ms: 4102444800000\r\n"),
                             accepted(), the_end()});
  run_against(platform, [](const Invocation& invocation) -> Answer {
    EXPECT_EQ(invocation.request_id, "a");
    EXPECT_EQ(invocation.function_arn, "arn:x");
    EXPECT_EQ(invocation.trace_id, "Root=1");
    EXPECT_EQ(invocation.client_context, "{\"c\":1}");
    EXPECT_EQ(invocation.cognito_identity, "{\"i\":1}");
    EXPECT_EQ(invocation.tenant_id, "blue");
    EXPECT_EQ(invocation.content_type, "text/plain");
    EXPECT_EQ(invocation.deadline.time_since_epoch(), std::chrono::milliseconds(4102444800000));
    EXPECT_GT(invocation.remaining(), std::chrono::hours(1));
    EXPECT_STREQ(std::getenv("_X_AMZN_TRACE_ID"), "Root=1");
    return "null";
  });
}

TEST_F(RuntimeTest, TakesMissingAndEmptyHeadersAlike) {
  const std::string empty =
      "Lambda-Runtime-Trace-Id:\r\nLambda-Runtime-Client-Context: \r\nLambda-Runtime-Deadline-Ms:\r\n";
  PlatformImposter platform({event("a", "{}", "Lambda-Runtime-Trace-Id: Root=1\r\n"), accepted(),
                             event("b", "{}", empty), accepted(), event("c"), accepted(),
                             event("d", "{}", "Lambda-Runtime-Deadline-Ms: 12x\r\n"), accepted(),
                             event("e", "{}", "Lambda-Runtime-Deadline-Ms: 9223372036854775807\r\n"),
                             accepted(), the_end()});
  int calls = 0;
  run_against(platform, [&](const Invocation& invocation) -> Answer {
    if (++calls == 1) return "null";
    EXPECT_EQ(invocation.trace_id, "");
    EXPECT_EQ(std::getenv("_X_AMZN_TRACE_ID"), nullptr);
    EXPECT_EQ(invocation.client_context, "");
    EXPECT_EQ(invocation.remaining(), std::chrono::milliseconds::max());
    return "null";
  });
  EXPECT_EQ(calls, 5);
}

TEST_F(RuntimeTest, NeverHasLessThanNoTimeLeft) {
  Invocation invocation;
  invocation.deadline = std::chrono::system_clock::now() - std::chrono::hours(1);
  EXPECT_EQ(invocation.remaining().count(), 0);
}

TEST_F(RuntimeTest, ReadsChunkedEventsAndEventsOfMegabytes) {
  std::string large(6 << 20, 'x');
  PlatformImposter platform(
      {{"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a\r\nTransfer-Encoding: chunked\r\n"
        "\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"},
       accepted(),
       event("b", large),
       accepted(),
       the_end()});
  run_against(platform);
  EXPECT_EQ(platform.requests()[1].body, "[1,2]");
  EXPECT_EQ(platform.requests()[3].body, large);
  EXPECT_FALSE(platform.requests()[3].headers.find("expect"));
}

TEST_F(RuntimeTest, EncodesARequestIdThatIsNoPathSegment) {
  PlatformImposter platform({event("a/b c"), accepted(), the_end()});
  run_against(platform);
  EXPECT_EQ(platform.calls()[1], "POST a%2Fb%20c/response");
}

TEST_F(RuntimeTest, PostsTheErrorsOfAHandler) {
  PlatformImposter platform(
      {event("a"), accepted(), event("b"), accepted(), event("c"), accepted(), the_end()});
  int calls = 0;
  run_against(platform, [&](const Invocation&) -> Answer {
    switch (++calls) {
      case 1:
        return HandlerError{"Function.Sad", "why", {"here"}};
      case 2:
        throw std::runtime_error("what happened");
      default:
        throw 7;
    }
  });
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/error", "GET next", "POST b/error", "GET next",
                                     "POST c/error", "GET next"}));
  const auto body = [&](std::size_t i) { return nlohmann::json::parse(platform.requests()[i].body); };
  const auto category = [&](std::size_t i) {
    return platform.requests()[i].headers.value_or_empty("Lambda-Runtime-Function-Error-Type");
  };
  EXPECT_EQ(body(1)["errorType"], "Function.Sad");
  EXPECT_EQ(category(1), "Function.Sad");
  EXPECT_EQ(body(3)["errorType"], "std::runtime_error");
  EXPECT_EQ(body(3)["errorMessage"], "what happened");
  EXPECT_EQ(category(3), "Function.Error");
  EXPECT_EQ(body(5)["errorType"], "Function.UnknownException");
  const auto cause = nlohmann::json::parse(
      platform.requests()[3].headers.value_or_empty("Lambda-Runtime-Function-XRay-Error-Cause"));
  EXPECT_EQ(cause["exceptions"][0]["message"], "what happened");
}

TEST_F(RuntimeTest, TellsWhatANestedExceptionWasCausedBy) {
  PlatformImposter platform({event("a"), accepted(), the_end()});
  run_against(platform, [](const Invocation&) -> Answer {
    try {
      throw std::out_of_range("beneath");
    } catch (...) {
      std::throw_with_nested(std::runtime_error("above"));
    }
  });
  const auto body = nlohmann::json::parse(platform.requests()[1].body);
  EXPECT_EQ(body["errorMessage"], "above");
  EXPECT_EQ(body["stackTrace"][0], "caused by std::out_of_range: beneath");
}

TEST_F(RuntimeTest, RefusesAnEventThatIsTooLongAndGoesOn) {
  PlatformImposter platform(
      {event("a", std::string(1001, 'x')), accepted(), event("b"), accepted(), the_end()});
  RuntimeOptions options = options_for(platform);
  options.max_event_bytes = 1000;
  run(options, echo);
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/error", "GET next", "POST b/response", "GET next"}));
  EXPECT_EQ(nlohmann::json::parse(platform.requests()[1].body)["errorType"], "Runtime.EventTooLarge");
}

TEST_F(RuntimeTest, TellsAHandlerToStopBeforeItsDeadline) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto deadline = std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + 400;
  PlatformImposter platform(
      {event("a", "{}", "Lambda-Runtime-Deadline-Ms: " + std::to_string(deadline) + "\r\n"), accepted(),
       event("b"), accepted(), the_end()});
  int calls = 0;
  run_against(platform, [&](const Invocation& invocation) -> Answer {
    if (++calls == 2) return invocation.keep_going() ? "1" : "0";
    EXPECT_TRUE(invocation.keep_going());
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any told;
    told.wait_for(lock, invocation.stop, std::chrono::seconds(10), [] { return false; });
    EXPECT_TRUE(invocation.stop.stop_requested());
    EXPECT_GT(invocation.remaining().count(), 0);
    EXPECT_EQ(invocation.keep_going().error().kind(), ErrorKind::timeout);
    return HandlerError{"Function.Timeout", invocation.keep_going().error().message(), {}};
  });
  EXPECT_EQ(platform.calls()[1], "POST a/error");
  EXPECT_EQ(platform.requests()[1].headers.value_or_empty("Lambda-Runtime-Function-Error-Type"),
            "Function.Timeout");
  EXPECT_EQ(platform.requests()[3].body, "1") << "the next call has its own limits";
}

TEST_F(RuntimeTest, TellsAHandlerAtOnceWhoseDeadlineHasPassed) {
  PlatformImposter platform(
      {event("a", "{}", "Lambda-Runtime-Deadline-Ms: 1000\r\n"), accepted(), the_end()});
  run_against(platform, [](const Invocation& invocation) -> Answer {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any told;
    told.wait_for(lock, invocation.stop, std::chrono::seconds(10), [] { return false; });
    return invocation.stop.stop_requested() ? "1" : "0";
  });
  EXPECT_EQ(platform.requests()[1].body, "1");
}

TEST_F(RuntimeTest, PostsWhatGoesWrongBeforeTheFirstEvent) {
  PlatformImposter throwing({accepted()});
  EXPECT_NE(run_workers(options_for(throwing), []() -> Handler { throw std::runtime_error("no data"); }), 0);
  EXPECT_EQ(throwing.calls(), (Calls{"POST init/error"}));
  EXPECT_EQ(nlohmann::json::parse(throwing.requests()[0].body)["errorMessage"], "no data");
}

TEST_F(RuntimeTest, LeavesAfterAHandlerRanOutOfMemory) {
  PlatformImposter platform({event("a"), accepted()});
  EXPECT_NE(run_against(platform, [](const Invocation&) -> Answer { throw std::bad_alloc(); }), 0);
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/error"}));
}

TEST_F(RuntimeTest, ChecksTheSizeOfAResponseBeforeItIsSent) {
  PlatformImposter platform({event("a"), accepted(), event("b"), accepted(), the_end()});
  RuntimeOptions options = options_for(platform);
  options.max_response_bytes = 10;
  std::size_t bytes = 10;
  run(options, [&](const Invocation&) -> Answer { return std::string(bytes++, '1'); });
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/response", "GET next", "POST b/error", "GET next"}));
  EXPECT_EQ(nlohmann::json::parse(platform.requests()[3].body)["errorType"], "Function.ResponseSizeTooLarge");
}

struct PostCase {
  const char* name;
  ScriptedReply answer;
  bool goes_on;
};

class PostAnswer : public testing::TestWithParam<PostCase> {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::warning); }
};

TEST_P(PostAnswer, DecidesWhetherTheLoopGoesOn) {
  for (const bool failing : {false, true}) {
    std::vector<ScriptedReply> script{event("a"), GetParam().answer};
    if (GetParam().goes_on) script.push_back(the_end());
    PlatformImposter platform(script);
    const int code = run_against(platform, [&](const Invocation&) -> Answer {
      if (failing) return HandlerError{"Function.Sad", "", {}};
      return "null";
    });
    EXPECT_NE(code, 0);
    Calls expected{"GET next", failing ? "POST a/error" : "POST a/response"};
    if (GetParam().goes_on) expected.push_back("GET next");
    EXPECT_EQ(platform.calls(), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Runtime, PostAnswer,
    testing::Values(PostCase{"Ok", {reply_bytes(200)}, true}, PostCase{"Accepted", accepted(), true},
                    PostCase{"WrongId", refused(400, "InvalidRequestID"), true},
                    PostCase{"Truncated", refused(400, "TruncatedHTTPRequest"), true},
                    PostCase{"WrongMode", refused(400, "InvalidFunctionResponseMode"), false},
                    PostCase{"AnsweredTwice", refused(403, "InvalidStateTransition"), true},
                    PostCase{"TooLate", refused(410, "InvokeTimeout"), true},
                    PostCase{"TooLarge", refused(413, "RequestEntityTooLarge"), true},
                    PostCase{"NoJson", {reply_bytes(400, "<html>")}, true},
                    PostCase{"Chunked",
                             {"HTTP/1.1 202 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"},
                             true},
                    PostCase{"NoBody", {"HTTP/1.1 202 X\r\nContent-Length: 0\r\n\r\n"}, true},
                    PostCase{"Closing", cut("HTTP/1.1 202 X\r\nConnection: close\r\n\r\nok"), true},
                    PostCase{"DeepJson", {reply_bytes(400, std::string(100'000, '['))}, true},
                    PostCase{"Redirection", {reply_bytes(302, "", "Location: http://a/\r\n")}, true},
                    PostCase{"ContainerError", refused(500, "InternalServerError"), false},
                    PostCase{"Unavailable", refused(503, ""), false}),
    [](const auto& instance) { return instance.param.name; });

TEST_F(RuntimeTest, HearsARefusalThatComesWhileItSends) {
  PlatformImposter platform({event("a"), cut_early(refused(413, "RequestEntityTooLarge").bytes), event("b"),
                             accepted(), the_end()});
  run_against(platform, [](const Invocation& invocation) -> Answer {
    return std::string(invocation.request_id == "a" ? 6'000'000 : 1, '1');
  });
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "GET next", "POST b/response", "GET next"}));
}

TEST_F(RuntimeTest, RepeatsAPostWhoseConnectionWasCut) {
  PlatformImposter platform({event("a"), cut(), accepted(), the_end()});
  run_against(platform);
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/response", "POST a/response", "GET next"}));
  EXPECT_EQ(platform.connections(), 2);
}

TEST_F(RuntimeTest, TakesARefusedRepetitionForADelivery) {
  for (const int status : {400, 403}) {
    PlatformImposter platform({event("a"), cut("HTTP/1.1 202 X\r\nContent-Le"),
                               refused(status, "InvalidRequestID"), event("b"), accepted(), the_end()});
    run_against(platform);
    EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/response", "POST a/response", "GET next",
                                       "POST b/response", "GET next"}));
  }
}

TEST_F(RuntimeTest, AsksAgainAfterAConnectionThatWasCut) {
  PlatformImposter platform(
      {cut(), event("a"), accepted(),
       cut("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: b\r\nContent-Length: 9\r\n\r\n{}"), event("b"),
       accepted(), the_end()});
  run_against(platform);
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "GET next", "POST a/response", "GET next", "GET next",
                                     "POST b/response", "GET next"}));
}

TEST_F(RuntimeTest, ReconnectsWhenTheServerClosesAfterEachAnswer) {
  PlatformImposter platform({cut(event("a").bytes), cut(accepted().bytes), cut(event("b").bytes),
                             cut(accepted().bytes), the_end()});
  run_against(platform);
  EXPECT_EQ(platform.calls(),
            (Calls{"GET next", "POST a/response", "GET next", "POST b/response", "GET next"}));
  EXPECT_EQ(platform.connections(), 5);
}

TEST_F(RuntimeTest, LeavesWhenThePlatformIsGone) {
  PlatformImposter platform({event("a"), cut(accepted().bytes)});
  EXPECT_NE(run_against(platform), 0);
}

TEST_F(RuntimeTest, PostsAnInitError) {
  PlatformImposter platform({accepted()});
  EXPECT_TRUE(post_init_error(options_for(platform), {"Runtime.NoData", "nothing", {}}));
  EXPECT_EQ(platform.calls(), (Calls{"POST init/error"}));
  EXPECT_EQ(nlohmann::json::parse(platform.requests()[0].body)["errorType"], "Runtime.NoData");
  EXPECT_EQ(platform.requests()[0].headers.value_or_empty("Lambda-Runtime-Function-Error-Type"),
            "Runtime.NoData");
}

TEST_F(RuntimeTest, ReportsAnInitErrorThatIsRefused) {
  PlatformImposter refusing({refused(403, "InvalidStateTransition")});
  EXPECT_EQ(post_init_error(options_for(refusing), {}).error().kind(), ErrorKind::permission_denied);
  PlatformImposter failing({refused(500, "")});
  EXPECT_EQ(post_init_error(options_for(failing), {}).error().kind(), ErrorKind::internal);
  PlatformImposter closing({cut()});
  EXPECT_EQ(post_init_error(options_for(closing), {}).error().kind(), ErrorKind::transient);
}

TEST(RuntimeOptions, AreReadFromTheEnvironment) {
  ::unsetenv("AWS_LAMBDA_RUNTIME_API");
  EXPECT_EQ(options_from_environment().error().kind(), ErrorKind::invalid_argument);
  for (const char* wrong : {"", "host", "host:", ":80", "host:0", "host:65536", "host:80x", "http://host:80",
                            "host:80/path", "user@host:80", "a b:80"}) {
    ::setenv("AWS_LAMBDA_RUNTIME_API", wrong, 1);
    EXPECT_FALSE(options_from_environment()) << wrong;
  }
  for (const char* right : {"127.0.0.1:9001", "localhost:1", "[::1]:80"}) {
    ::setenv("AWS_LAMBDA_RUNTIME_API", right, 1);
    ASSERT_TRUE(options_from_environment()) << right;
    EXPECT_EQ(options_from_environment()->api, right);
  }
  ::unsetenv("AWS_LAMBDA_RUNTIME_API");
}

TEST(RuntimeOptions, TakeThePresenceOfAConcurrencyForTheSwitch) {
  log::set_level(log::Level::off);
  ::setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001", 1);
  ::unsetenv("AWS_LAMBDA_MAX_CONCURRENCY");
  EXPECT_EQ(options_from_environment()->max_concurrency, std::nullopt);
  for (const auto& [text, count] : std::vector<std::pair<const char*, unsigned>>{{"1", 1},
                                                                                 {"16", 16},
                                                                                 {"", 1},
                                                                                 {"0", 1},
                                                                                 {"-3", 1},
                                                                                 {"x", 1},
                                                                                 {"4x", 1},
                                                                                 {"257", 256},
                                                                                 {"99999999999", 256}}) {
    ::setenv("AWS_LAMBDA_MAX_CONCURRENCY", text, 1);
    EXPECT_EQ(options_from_environment()->max_concurrency, count) << text;
  }
  ::unsetenv("AWS_LAMBDA_MAX_CONCURRENCY");
  ::unsetenv("AWS_LAMBDA_RUNTIME_API");
  log::set_level(log::Level::warning);
}

}  // namespace
}  // namespace fanfold
