#include "orchestrator/local_host/runtime_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold {
namespace {

using testing::HasSubstr;
using Kind = Reaction::Kind;

constexpr const char* k_next = "/2018-06-01/runtime/invocation/next";

ServerRequest request(std::string method, std::string target, std::string body = {}) {
  ServerRequest made;
  made.method = std::move(method);
  made.target = std::move(target);
  made.body = std::move(body);
  return made;
}
ServerRequest post(const std::string& what, std::string body = "{}") {
  return request("POST", "/2018-06-01/runtime/" + what, std::move(body));
}

// A session that has delivered the event "id-1".
struct Running {
  FunctionEvent event;
  std::unique_ptr<RuntimeSession> owned;
  RuntimeSession& session;
  explicit Running(std::uint32_t concurrency = 0)
      : owned(make_runtime_session(concurrency)), session(*owned) {
    event.request_id = "id-1";
    session.begin(event);
    EXPECT_EQ(session.take(request("GET", k_next)).kind, Kind::park);
    EXPECT_EQ(session.waiting(), &event);
    session.sent(event);
  }
};

void expect_refused(const Reaction& reaction, int status, const char* type) {
  EXPECT_EQ(reaction.kind, Kind::reply);
  EXPECT_EQ(reaction.reply.status, status);
  EXPECT_THAT(reaction.reply.body, HasSubstr(type));
}

TEST(RuntimeSession, TakesAResponse) {
  Running running;
  const auto reaction = running.session.take(post("invocation/id-1/response", "[1]"));
  EXPECT_EQ(reaction.reply.status, 202);
  const auto outcome = running.session.take_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, FunctionOutcome::Kind::response);
  EXPECT_EQ(outcome->body, "[1]");
  EXPECT_FALSE(running.session.take_outcome());
}

TEST(RuntimeSession, TakesAnError) {
  Running running;
  EXPECT_EQ(running.session.take(post("invocation/id-1/error", "{}")).reply.status, 202);
  EXPECT_EQ(running.session.take_outcome()->kind, FunctionOutcome::Kind::error);
}

TEST(RuntimeSession, GivesTheSameEventAgainWhileItIsUnanswered) {
  Running running;
  EXPECT_EQ(running.session.waiting(), nullptr);
  EXPECT_EQ(running.session.take(request("GET", k_next)).kind, Kind::park);
  EXPECT_EQ(running.session.waiting(), &running.event);
}

TEST(RuntimeSession, ParksTheProcessBetweenEvents) {
  Running running;
  (void)running.session.take(post("invocation/id-1/response"));
  EXPECT_FALSE(running.session.idle());
  EXPECT_EQ(running.session.take(request("GET", k_next)).kind, Kind::park);
  EXPECT_EQ(running.session.waiting(), nullptr);
  EXPECT_TRUE(running.session.idle());
  FunctionEvent next;
  next.request_id = "id-2";
  running.session.begin(next);
  EXPECT_EQ(running.session.waiting(), &next);
  running.session.sent(next);
  expect_refused(running.session.take(post("invocation/id-1/response")), 400, "InvalidRequestID");
  EXPECT_EQ(running.session.take(post("invocation/id-2/response")).reply.status, 202);
}

TEST(RuntimeSession, RefusesASecondAnswer) {
  Running running;
  (void)running.session.take(post("invocation/id-1/response"));
  expect_refused(running.session.take(post("invocation/id-1/response")), 403, "InvalidStateTransition");
  expect_refused(running.session.take(post("invocation/id-1/error")), 403, "InvalidStateTransition");
}

TEST(RuntimeSession, RefusesAnAnswerBeforeAnyEvent) {
  const auto session = make_runtime_session(0);
  expect_refused(session->take(post("invocation//response")), 400, "InvalidRequestID");
  expect_refused(session->take(post("invocation/x/response")), 400, "InvalidRequestID");
}

TEST(RuntimeSession, AnswersTheCallerItselfWhenAResponseIsTooLarge) {
  Running running;
  ServerRequest large = post("invocation/id-1/response", "");
  large.body_too_large = true;
  expect_refused(running.session.take(std::move(large)), 413, "RequestEntityTooLarge");
  const auto outcome = running.session.take_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->body, HasSubstr("Function.ResponseSizeTooLarge"));
  expect_refused(running.session.take(post("invocation/id-1/error")), 403, "InvalidStateTransition");
  EXPECT_EQ(running.session.take(request("GET", k_next)).kind, Kind::park);
}

TEST(RuntimeSession, IsStuckAfterAnUnknownResponseMode) {
  Running running;
  ServerRequest answer = post("invocation/id-1/response");
  answer.headers.add("lambda-runtime-function-response-mode", "buffered");
  expect_refused(running.session.take(std::move(answer)), 400, "InvalidFunctionResponseMode");
  expect_refused(running.session.take(request("GET", k_next)), 403, "InvalidStateTransition");
  EXPECT_FALSE(running.session.take_outcome());
}

TEST(RuntimeSession, TakesAnInitErrorBeforeTheFirstEventOnly) {
  const auto session = make_runtime_session(0);
  FunctionEvent event;
  event.request_id = "id-1";
  session->begin(event);
  EXPECT_EQ(session->take(post("init/error", "why")).reply.status, 202);
  EXPECT_FALSE(session->initialised());
  const auto outcome = session->take_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, FunctionOutcome::Kind::init_error);
  EXPECT_EQ(outcome->body, "why");
  expect_refused(session->take(request("GET", k_next)), 403, "InvalidStateTransition");

  Running running;
  expect_refused(running.session.take(post("init/error")), 403, "InvalidStateTransition");
}

TEST(RuntimeSession, KnowsNoOtherPaths) {
  Running running;
  for (const char* path : {"/", "/2018-06-01/runtime/restore/next", "/2018-06-01/runtime/invocation/id-1",
                           "/2018-06-01/runtime/invocation/id-1/other", "/2020-01-01/extension/register"}) {
    expect_refused(running.session.take(request("POST", path)), 404, "NotFound");
    expect_refused(running.session.take(request("GET", path)), 404, "NotFound");
  }
}

TEST(RuntimeSession, ShowsErrorTypesThatThePlatformAccepts) {
  for (const char* type : {"Function.Sad", "Runtime.ExitError"}) EXPECT_EQ(accepted_error_type(type), type);
  for (const char* type : {"Function.", "Function.sad", "Function.A", "Function.Two.Dots", "Function.N0"}) {
    EXPECT_EQ(accepted_error_type(type), "Function.Unknown") << type;
  }
  for (const char* type : {"", "unhandled", "Runtime.x", "Other.Name"}) {
    EXPECT_EQ(accepted_error_type(type), "Runtime.Unknown") << type;
  }
}

TEST(RuntimeSession, KeepsTheCauseOfAnErrorFromTheCaller) {
  Running running;
  ServerRequest error = post("invocation/id-1/error", R"({"errorMessage":"m","errorCause":{"paths":[]}})");
  error.headers.add("Content-Type", "application/vnd.aws.lambda.error.cause+json");
  error.headers.add("Lambda-Runtime-Function-Error-Type", "Function.Sad");
  EXPECT_EQ(running.session.take(std::move(error)).reply.status, 202);
  const auto outcome = running.session.take_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->body, R"({"errorMessage":"m"})");
  EXPECT_EQ(outcome->error_type, "Function.Sad");
}

TEST(RuntimeSession, TakesALateErrorFromTheTrailers) {
  Running running;
  ServerRequest answer = post("invocation/id-1/response", "half");
  answer.headers.add("Lambda-Runtime-Function-Response-Mode", "streaming");
  EXPECT_EQ(running.session.streamed_id(answer), "id-1");
  answer.trailers.add("Lambda-Runtime-Function-Error-Type", "Function.Late");
  answer.trailers.add("Lambda-Runtime-Function-Error-Body", "eyJhIjoxfQ==");
  EXPECT_EQ(running.session.take(std::move(answer)).reply.status, 202);
  const auto outcome = running.session.take_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, FunctionOutcome::Kind::error);
  EXPECT_EQ(outcome->body, R"({"a":1})");
  EXPECT_EQ(outcome->error_type, "Function.Late");
}

TEST(ConcurrentSession, MatchesAnswersInAnyOrder) {
  Running running(4);
  FunctionEvent second;
  second.request_id = "id-2";
  running.session.begin(second);
  EXPECT_EQ(running.session.take(request("GET", k_next)).kind, Kind::park);
  EXPECT_EQ(running.session.waiting(), &second) << "asking again is another worker, not the same event";
  running.session.sent(second);
  EXPECT_EQ(running.session.take(post("invocation/id-2/response", "2")).reply.status, 202);
  EXPECT_EQ(running.session.take(post("invocation/id-1/error", "1")).reply.status, 202);
  EXPECT_EQ(running.session.take_outcome()->id, "id-2");
  EXPECT_EQ(running.session.take_outcome()->id, "id-1");
  EXPECT_TRUE(running.session.idle());
  expect_refused(running.session.take(post("invocation/id-2/response")), 400, "InvalidRequestID");
}

TEST(ConcurrentSession, RefusesALateAnswerOnce) {
  Running running(4);
  running.session.end("id-1");
  EXPECT_EQ(running.session.late(), 1U);
  expect_refused(running.session.take(post("invocation/id-1/response")), 410, "InvokeTimeout");
  EXPECT_EQ(running.session.late(), 0U);
  EXPECT_FALSE(running.session.take_outcome());
  expect_refused(running.session.take(post("invocation/id-1/response")), 400, "InvalidRequestID");
}

TEST(ConcurrentSession, RefusesErrorsThatAreTooLarge) {
  Running running(4);
  const std::string large((1 << 20) + 1, 'x');
  expect_refused(running.session.take(post("invocation/id-1/error", large)), 413, "RequestEntityTooLarge");
  EXPECT_EQ(running.session.take(post("invocation/id-1/error", large.substr(1))).reply.status, 202);
}

}  // namespace
}  // namespace fanfold
