// The examples, against the imposter of the platform and in the local function host.
#include <gtest/gtest.h>

#include "orchestrator/local_host/local_host.h"
#include "tests/runtime/invoke/function_process.h"
#include "tests/runtime/invoke/platform_imposter.h"
#include "tests/runtime/net/raw_socket.h"

namespace fanfold {
namespace {

TEST(Example, EchoAnswersWithTheEvent) {
  PlatformImposter platform({refused(404, ""), event("a", "[1,2]"), accepted(), event("b", ""), accepted(),
                             refused(500, "InternalServerError")});
  FunctionProcess process(FANFOLD_EXAMPLE_ECHO, platform.address());
  EXPECT_EQ(process.wait_for_end(std::chrono::seconds(10)), 1);
  EXPECT_EQ(platform.requests()[2].body, "[1,2]");
  EXPECT_EQ(platform.calls()[4], "POST b/error");
}

TEST(Example, StreamAnswersInPieces) {
  PlatformImposter platform(
      {refused(404, ""), event("a", "AB"), accepted(), refused(500, "InternalServerError")});
  FunctionProcess process(FANFOLD_EXAMPLE_STREAM, platform.address());
  EXPECT_EQ(process.wait_for_end(std::chrono::seconds(10)), 1);
  const ServerRequest& response = platform.requests()[2];
  EXPECT_EQ(response.headers.value_or_empty("lambda-runtime-function-response-mode"), "streaming");
  EXPECT_EQ(response.body, R"({"headers":{"Content-Type":"text/plain"},"statusCode":200})" +
                               std::string(8, '\0') + "65\n66\n");
}

TEST(Example, EchoRunsInTheLocalHost) {
  auto host = LocalHost::start({.bootstrap = {FANFOLD_EXAMPLE_ECHO}});
  ASSERT_TRUE(host) << host.error().message();
  const std::string endpoint = (*host)->endpoint();
  RawSocket caller(endpoint.substr(endpoint.find("//") + 2));
  caller.send(
      "POST /2015-03-31/functions/fanfold/invocations HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
      "Content-Length: 7\r\n\r\n\"hello\"");
  const std::string answer = caller.receive_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n\"hello\"")) << answer;
}

}  // namespace
}  // namespace fanfold
