#include "orchestrator/local_host/runtime_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold {
namespace {

using testing::HasSubstr;
using Kind = RuntimeSession::Reaction::Kind;

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
  RuntimeSession session;
  Running() {
    event.request_id = "id-1";
    session.begin(event);
    EXPECT_EQ(session.take(request("GET", k_next)).kind, Kind::park);
    EXPECT_TRUE(session.event_waits());
    session.event_sent();
  }
};

void expect_refused(const RuntimeSession::Reaction& reaction, int status, const char* type) {
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
  EXPECT_FALSE(running.session.event_waits());
  EXPECT_EQ(running.session.take(request("GET", k_next)).kind, Kind::park);
  EXPECT_TRUE(running.session.event_waits());
}

TEST(RuntimeSession, ParksTheProcessBetweenEvents) {
  Running running;
  (void)running.session.take(post("invocation/id-1/response"));
  running.session.end();
  EXPECT_EQ(running.session.take(request("GET", k_next)).kind, Kind::park);
  EXPECT_FALSE(running.session.event_waits());
  FunctionEvent next;
  next.request_id = "id-2";
  running.session.begin(next);
  EXPECT_TRUE(running.session.event_waits());
  running.session.event_sent();
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
  RuntimeSession session;
  expect_refused(session.take(post("invocation//response")), 400, "InvalidRequestID");
  expect_refused(session.take(post("invocation/x/response")), 400, "InvalidRequestID");
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
  RuntimeSession session;
  FunctionEvent event;
  event.request_id = "id-1";
  session.begin(event);
  EXPECT_EQ(session.take(post("init/error", "why")).reply.status, 202);
  EXPECT_FALSE(session.initialised());
  const auto outcome = session.take_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, FunctionOutcome::Kind::init_error);
  EXPECT_EQ(outcome->body, "why");
  expect_refused(session.take(request("GET", k_next)), 403, "InvalidStateTransition");

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

}  // namespace
}  // namespace fanfold
