#include "runtime/invoke/response_stream.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "runtime/core/log.h"
#include "runtime/invoke/http_prelude.h"
#include "runtime/net/base64.h"
#include "tests/runtime/invoke/platform_imposter.h"

namespace fanfold {
namespace {

using Calls = std::vector<std::string>;
using Ending = std::optional<HandlerError>;

class ResponseStreamTest : public testing::Test {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::warning); }

  static int stream_against(PlatformImposter& platform, const StreamingHandler& handler,
                            std::uint64_t max_bytes = 1 << 20) {
    RuntimeOptions options;
    options.api = platform.address();
    options.graceful_shutdown = false;
    options.max_streamed_bytes = max_bytes;
    return run_streaming(options, handler);
  }
};

ScriptedReply the_end() {
  return refused(500, "InternalServerError");
}

TEST_F(ResponseStreamTest, SendsPiecesInChunks) {
  PlatformImposter platform({event("a"), accepted(), event("b"), accepted(), the_end()});
  const std::string large(100'000, 'x');
  stream_against(platform, [&](const Invocation& invocation, ResponseStream& response) -> Ending {
    if (invocation.request_id == "b") return std::nullopt;
    EXPECT_TRUE(response.set_content_type("text/plain"));
    EXPECT_TRUE(response.write("one "));
    EXPECT_FALSE(response.has_begun());
    EXPECT_TRUE(response.flush());
    EXPECT_TRUE(response.has_begun());
    EXPECT_FALSE(response.set_content_type("text/html"));
    EXPECT_TRUE(response.write(large));
    EXPECT_TRUE(response.write(""));
    EXPECT_TRUE(response.write(" three"));
    EXPECT_EQ(response.bytes_written(), large.size() + 10);
    return std::nullopt;
  });
  EXPECT_EQ(platform.calls(),
            (Calls{"GET next", "POST a/response", "GET next", "POST b/response", "GET next"}));
  const ServerRequest& sent = platform.requests()[1];
  EXPECT_EQ(sent.body, "one " + large + " three");
  EXPECT_EQ(sent.headers.value_or_empty("content-type"), "text/plain");
  EXPECT_EQ(sent.headers.value_or_empty("lambda-runtime-function-response-mode"), "streaming");
  EXPECT_EQ(sent.headers.value_or_empty("transfer-encoding"), "chunked");
  EXPECT_EQ(sent.headers.value_or_empty("trailer"),
            "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
  EXPECT_TRUE(sent.trailers.fields().empty());
  const ServerRequest& empty = platform.requests()[3];
  EXPECT_EQ(empty.body, "");
  EXPECT_EQ(empty.headers.value_or_empty("content-type"), "application/octet-stream");
  EXPECT_EQ(platform.connections(), 1);
}

TEST_F(ResponseStreamTest, PutsALateErrorIntoTheTrailers) {
  PlatformImposter platform({event("a"), accepted(), event("b"), accepted(), the_end()});
  stream_against(platform, [](const Invocation& invocation, ResponseStream& response) -> Ending {
    EXPECT_TRUE(response.write("half"));
    EXPECT_TRUE(response.flush());
    if (invocation.request_id == "a") return HandlerError{"Function.Sad", "too late", {"x"}};
    throw std::runtime_error(std::string(200'000, '"'));
  });
  EXPECT_EQ(platform.calls(),
            (Calls{"GET next", "POST a/response", "GET next", "POST b/response", "GET next"}));
  const ServerRequest& sent = platform.requests()[1];
  EXPECT_EQ(sent.body, "half");
  EXPECT_EQ(sent.trailers.value_or_empty("lambda-runtime-function-error-type"), "Function.Sad");
  const auto body = base64_decode(sent.trailers.value_or_empty("lambda-runtime-function-error-body"));
  ASSERT_TRUE(body);
  EXPECT_EQ(nlohmann::json::parse(*body)["errorMessage"], "too late");
  const auto long_body =
      base64_decode(platform.requests()[3].trailers.value_or_empty("lambda-runtime-function-error-body"));
  ASSERT_TRUE(long_body);
  EXPECT_EQ(nlohmann::json::parse(*long_body)["errorType"], "std::runtime_error");
}

TEST_F(ResponseStreamTest, PostsAnErrorBeforeTheFirstByteAsAnError) {
  PlatformImposter platform({event("a"), accepted(), event("b"), accepted(), the_end()});
  stream_against(platform, [](const Invocation& invocation, ResponseStream& response) -> Ending {
    if (invocation.request_id == "b") throw std::runtime_error("at once");
    EXPECT_TRUE(response.write("gathered, and never sent"));
    return HandlerError{"Function.Sad", "early", {}};
  });
  EXPECT_EQ(platform.calls(), (Calls{"GET next", "POST a/error", "GET next", "POST b/error", "GET next"}));
  EXPECT_EQ(nlohmann::json::parse(platform.requests()[1].body)["errorMessage"], "early");
}

TEST_F(ResponseStreamTest, RefusesMoreThanIsAllowedAndEndsWithTheError) {
  PlatformImposter platform({event("a"), accepted(), the_end()});
  stream_against(
      platform,
      [](const Invocation&, ResponseStream& response) -> Ending {
        EXPECT_TRUE(response.write("0123456789"));
        EXPECT_TRUE(response.flush());
        const Status over = response.write("x");
        EXPECT_EQ(over.error().kind(), ErrorKind::invalid_argument);
        EXPECT_FALSE(response.flush()) << "an error stays";
        return HandlerError{"Function.ResponseSizeTooLarge", over.error().message(), {}};
      },
      10);
  EXPECT_EQ(platform.requests()[1].body, "0123456789");
  EXPECT_EQ(platform.requests()[1].trailers.value_or_empty("lambda-runtime-function-error-type"),
            "Function.ResponseSizeTooLarge");
}

TEST_F(ResponseStreamTest, BeginsAnHttpAnswerWithItsPrelude) {
  PlatformImposter platform({event("a"), accepted(), the_end()});
  stream_against(platform, [](const Invocation&, ResponseStream& response) -> Ending {
    const HttpPrelude prelude{404, {{"X-A", "b"}, {"Content-Type", "text/plain"}}, {"k=v; Secure"}};
    EXPECT_TRUE(response.begin_http(prelude));
    EXPECT_FALSE(response.begin_http(prelude)) << "only once";
    EXPECT_TRUE(response.write("body"));
    return std::nullopt;
  });
  const ServerRequest& sent = platform.requests()[1];
  EXPECT_EQ(sent.headers.value_or_empty("content-type"),
            "application/vnd.awslambda.http-integration-response");
  const std::size_t end = sent.body.find('\0');
  ASSERT_NE(end, std::string::npos);
  const auto prelude = nlohmann::json::parse(sent.body.substr(0, end));
  EXPECT_EQ(prelude,
            nlohmann::json::parse(R"({"statusCode":404,"headers":{"X-A":"b","Content-Type":"text/plain"},
                                               "cookies":["k=v; Secure"]})"));
  EXPECT_EQ(sent.body.substr(end), std::string(8, '\0') + "body");
}

TEST(HttpPrelude, RefusesWhatNoHeaderCanSay) {
  EXPECT_TRUE(encode_prelude({}));
  for (const HttpPrelude& wrong :
       {HttpPrelude{99, {}, {}}, HttpPrelude{600, {}, {}}, HttpPrelude{200, {{"a b", "c"}}, {}},
        HttpPrelude{200, {{"a", "b\r\nc: d"}}, {}}, HttpPrelude{200, {}, {"k=v\n"}},
        HttpPrelude{200, {{"a", std::string(17'000, 'x')}}, {}}}) {
    EXPECT_EQ(encode_prelude(wrong).error().kind(), ErrorKind::invalid_argument);
  }
}

TEST_F(ResponseStreamTest, StopsWhereThePlatformCutsItOff) {
  // The script's reply comes with the request's end only; a connection that is cut comes earlier.
  PlatformImposter platform({event("a"), cut_early(), accepted(), the_end()});
  stream_against(platform, [](const Invocation&, ResponseStream& response) -> Ending {
    const std::string piece(100'000, 'x');
    Status status;
    for (int i = 0; i < 1'000 && status; ++i) {
      status = response.write(piece);
      if (response.bytes_written() > 900'000) break;
    }
    for (int i = 0; i < 1'000 && status; ++i) status = response.flush();
    return std::nullopt;
  });
  const Calls calls = platform.calls();
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[1], "POST a/error");
  EXPECT_EQ(nlohmann::json::parse(platform.requests()[1].body)["errorType"], "Runtime.ResponseLost");
}

TEST_F(ResponseStreamTest, RefusesAContentTypeThatWouldEndItsLine) {
  PlatformImposter platform({event("a"), accepted(), the_end()});
  stream_against(platform, [](const Invocation&, ResponseStream& response) -> Ending {
    EXPECT_EQ(response.set_content_type("a\r\nX: y").error().kind(), ErrorKind::invalid_argument);
    EXPECT_EQ(response.set_content_type("").error().kind(), ErrorKind::invalid_argument);
    return std::nullopt;
  });
}

}  // namespace
}  // namespace fanfold
