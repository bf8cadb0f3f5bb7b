// Every odd answer of GET next: what the platform says, and what must be seen of the runtime.
#include <gtest/gtest.h>

#include "runtime/core/log.h"
#include "runtime/invoke/runtime.h"
#include "tests/runtime/invoke/platform_imposter.h"

namespace fanfold {
namespace {

using Calls = std::vector<std::string>;

struct NextCase {
  const char* name;
  std::vector<ScriptedReply> script;  // the last is the end
  Calls calls;
};

void PrintTo(const NextCase& row, std::ostream* out) {
  *out << row.name;
}

ScriptedReply the_end() {
  return refused(500, "InternalServerError");
}

// An odd answer and then a sound one.
NextCase asked_again(const char* name, const ScriptedReply& odd) {
  return {name,
          {odd, event("a"), accepted(), the_end()},
          {"GET next", "GET next", "POST a/response", "GET next"}};
}

NextCase served(const char* name, const ScriptedReply& odd) {
  return {name, {odd, accepted(), the_end()}, {"GET next", "POST a/response", "GET next"}};
}

NextCase final_answer(const char* name, const ScriptedReply& odd) {
  return {name, {odd}, {"GET next"}};
}

NextCase given_up(const char* name, const ScriptedReply& odd) {
  return {name, std::vector<ScriptedReply>(6, odd), Calls(6, "GET next")};
}

ScriptedReply raw(const std::string& bytes) {
  return {bytes, true};
}

const std::string k_id = "Lambda-Runtime-Aws-Request-Id: a\r\n";

class NextAnswer : public testing::TestWithParam<NextCase> {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::warning); }
};

TEST_P(NextAnswer, IsTakenAsItIsMeant) {
  PlatformImposter platform(GetParam().script);
  RuntimeOptions options;
  options.api = platform.address();
  options.graceful_shutdown = false;
  const auto begin = std::chrono::steady_clock::now();
  const int code = run(options, [](const Invocation& invocation) { return std::string(invocation.payload); });
  EXPECT_NE(code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  EXPECT_EQ(platform.calls(), GetParam().calls);
}

INSTANTIATE_TEST_SUITE_P(
    Runtime, NextAnswer,
    testing::Values(
        // The state is lost: one request, and out.
        final_answer("Forbidden", refused(403, "InvalidStateTransition")),
        final_answer("ContainerError", refused(500, "InternalServerError")),
        final_answer("Unavailable", refused(503, "")),
        final_answer("NotFound", raw("HTTP/1.1 404 X\r\n\r\n<html>")),
        final_answer("Redirection",
                     raw("HTTP/1.1 302 X\r\nLocation: http://a/\r\nContent-Length: 0\r\n\r\n")),
        final_answer("RefusalThatIsTooLong", raw("HTTP/1.1 500 X\r\nContent-Length: 99999999\r\n\r\n")),
        // Worth another try.
        asked_again("CutBeforeTheAnswer", raw("")),
        asked_again("CutInTheHead", raw("HTTP/1.1 200 OK\r\nLambda-")),
        asked_again("CutInTheBody", raw("HTTP/1.1 200 OK\r\n" + k_id + "Content-Length: 9\r\n\r\n{}")),
        asked_again("CutInAChunk",
                    raw("HTTP/1.1 200 OK\r\n" + k_id + "Transfer-Encoding: chunked\r\n\r\n9\r\n{}")),
        asked_again("NoHttp", raw("SSH-2.0-OpenSSH\r\n")),
        asked_again("BadChunkSize",
                    raw("HTTP/1.1 200 OK\r\n" + k_id + "Transfer-Encoding: chunked\r\n\r\nx\r\n")),
        asked_again("TwoLengths",
                    raw("HTTP/1.1 200 OK\r\n" + k_id + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n")),
        asked_again("ControlBytes", raw("HTTP/1.1 200 OK\r\n" + k_id + "A: b\x01\r\n\r\n")),
        asked_again("HeadTooLong", raw("HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x') + "\r\n\r\n")),
        asked_again("NoContent", {reply_bytes(204)}), asked_again("NoId", {reply_bytes(200, "{}")}),
        asked_again("EmptyId", {reply_bytes(200, "{}", "Lambda-Runtime-Aws-Request-Id: \r\n")}),
        // But not for ever.
        given_up("AlwaysWithoutId", {reply_bytes(200, "{}")}), given_up("AlwaysCut", raw("")),
        // Odd, and no reason to do anything else.
        served("NoContentType", {reply_bytes(200, "{}", k_id)}),
        served("NoJson", {reply_bytes(200, std::string("\0\xff<", 3), k_id)}),
        served("EmptyEvent", {reply_bytes(200, "", k_id)}),
        served("EmptyOptionalFields",
               {reply_bytes(200, "{}",
                            k_id + "Lambda-Runtime-Client-Context:\r\nLambda-Runtime-Cognito-Identity:\r\n"
                                   "Lambda-Runtime-Trace-Id:\r\nLambda-Runtime-Deadline-Ms:\r\n")}),
        served("UnreadableDeadline", {reply_bytes(200, "{}", k_id + "Lambda-Runtime-Deadline-Ms: soon\r\n")}),
        served("DeadlineInThePast", {reply_bytes(200, "{}", k_id + "Lambda-Runtime-Deadline-Ms: 1\r\n")}),
        served("DeadlineFarAhead",
               {reply_bytes(200, "{}", k_id + "Lambda-Runtime-Deadline-Ms: 8999999999999\r\n")}),
        served("Chunked",
               {"HTTP/1.1 200 OK\r\n" + k_id + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"}),
        served("InterimFirst", {"HTTP/1.1 103 Hints\r\n\r\n" + reply_bytes(200, "{}", k_id)}),
        served("ClosedAfterwards", raw(reply_bytes(200, "{}", k_id + "Connection: close\r\n"))),
        served("WithoutLength", raw("HTTP/1.1 200 OK\r\n" + k_id + "\r\n{}"))),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace fanfold
