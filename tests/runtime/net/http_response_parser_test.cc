#include "runtime/net/http_response_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace fanfold {
namespace {

using State = HttpResponseParser::State;

constexpr HttpResponseLimits k_limits{.max_head_bytes = 256, .max_body_bytes = 32};

void feed(HttpResponseParser& parser, std::string_view bytes, std::size_t piece = std::string_view::npos) {
  while (!bytes.empty() && parser.state() == State::incomplete) {
    const std::span<char> room = parser.room();
    const std::size_t count = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    parser.received(count);
    bytes.remove_prefix(count);
  }
}

TEST(HttpResponseParser, ReadsASizedBodyIntoItsPlace) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string_view::npos}) {
    HttpResponseParser parser(k_limits);
    feed(parser, "HTTP/1.1 202 Accepted\r\nX-a:  b \r\ncontent-LENGTH: 5\r\nEmpty:\r\n\r\nhello", piece);
    ASSERT_EQ(parser.state(), State::complete) << parser.failure_reason();
    EXPECT_EQ(parser.status(), 202);
    EXPECT_EQ(parser.header("x-A"), "b");
    EXPECT_EQ(parser.header("empty"), "");
    EXPECT_EQ(parser.header("absent"), "");
    EXPECT_EQ(parser.body(), "hello");
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(HttpResponseParser, ReadsAChunkedBodyInAnyPieces) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n00A\r\n0123456789\r\n0\r\nT: "
      "1\r\n\r\n";
  for (std::size_t piece = 1; piece <= answer.size(); ++piece) {
    HttpResponseParser parser(k_limits);
    feed(parser, answer, piece);
    ASSERT_EQ(parser.state(), State::complete) << parser.failure_reason();
    EXPECT_EQ(parser.body(), "abc0123456789");
    EXPECT_TRUE(parser.keep_alive());
  }
}

TEST(HttpResponseParser, AsksForExactlyWhatASizedBodyLacks) {
  HttpResponseParser parser;
  feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nab");
  EXPECT_EQ(parser.room().size(), 999'998u);
  parser.received(999'998);
  EXPECT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.body().substr(0, 2), "ab");
}

TEST(HttpResponseParser, KeepsItsMemory) {
  HttpResponseParser parser;
  feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'));
  const char* const memory = parser.body().data();
  parser.reset();
  feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + std::string(90'000, 'y'));
  EXPECT_EQ(parser.body(), std::string(90'000, 'y'));
  EXPECT_NEAR(static_cast<double>(parser.body().data() - memory), 0, 8);
}

TEST(HttpResponseParser, SkipsInterimAnswers) {
  HttpResponseParser parser(k_limits);
  feed(parser,
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 204 None\r\nC: d\r\n\r\n");
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.status(), 204);
  EXPECT_EQ(parser.header("a"), "");
  EXPECT_EQ(parser.header("c"), "d");
  EXPECT_EQ(parser.body(), "");
}

TEST(HttpResponseParser, LetsABodyWithoutLengthEndWithTheConnection) {
  HttpResponseParser parser(k_limits);
  feed(parser, "HTTP/1.0 200 OK\r\n\r\nto the end");
  EXPECT_EQ(parser.state(), State::incomplete);
  parser.end_of_input();
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.body(), "to the end");
  EXPECT_FALSE(parser.keep_alive());
}

TEST(HttpResponseParser, KnowsWhetherTheConnectionStays) {
  const auto stays = [](const std::string& answer) {
    HttpResponseParser parser(k_limits);
    feed(parser, answer);
    EXPECT_EQ(parser.state(), State::complete) << answer;
    return parser.keep_alive();
  };
  EXPECT_TRUE(stays("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n"));
  EXPECT_FALSE(stays("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(stays("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(stays("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab")) << "bytes that nobody asked for";
}

TEST(HttpResponseParser, RefusesWhatIsOddOrTooLong) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string& wrong : {
           std::string("\r\n\r\n"),
           std::string("HTTP/1.1 200 OK\n\n"),
           std::string("HTTP/1.1 20 OK\r\n\r\n"),
           std::string("HTTP/1.1 2000\r\n\r\n"),
           std::string("HTTP/1.1 099 X\r\n\r\n"),
           std::string("HTTP/2 200 OK\r\n\r\n"),
           std::string("HTTP/1.1 +20 OK\r\n\r\n"),
           std::string("SSH-2.0-OpenSSH\r\n\r\n"),
           std::string("HTTP/1.1 101 Switching\r\n\r\n"),
           head + "No colon\r\n\r\n",
           head + "Blank : b\r\n\r\n",
           head + "A: b\r\n folded\r\n\r\n",
           head + "A: b\x01\r\n\r\n",
           head + std::string("A: b\0c\r\n\r\n", 11),
           head + "A: b\rc\r\n\r\n",
           head + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
           head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
           head + "Content-Length: -1\r\n\r\n",
           head + "Content-Length: 0x5\r\n\r\n",
           head + "Content-Length: 33\r\n\r\n",
           head + "Content-Length: 99999999999999999999\r\n\r\n",
           head + "Transfer-Encoding: gzip, chunked\r\n\r\n",
           head + "A: " + std::string(300, 'x') + "\r\n\r\n",
           head + "A: " + std::string(300, 'x'),
           chunked + "x\r\n",
           chunked + "\r\n",
           chunked + "-1\r\n",
           chunked + "21\r\n",
           chunked + "ffffffffffffffff\r\n",
           chunked + "10\r\n0123456789abcdef\r\n11\r\n",
           chunked + "1\r\nab\r\n",
           chunked + "1\na\r\n",
           chunked + "1;" + std::string(2000, 'x') + "\r\n",
           chunked + "0\r\nno colon\r\n\r\n",
           chunked + "0\r\nT: " + std::string(300, 'x') + "\r\n\r\n",
           "HTTP/1.0 200 OK\r\n\r\n" + std::string(33, 'x'),
       }) {
    for (const std::size_t piece : {std::size_t{1}, std::string_view::npos}) {
      HttpResponseParser parser(k_limits);
      feed(parser, wrong, piece);
      EXPECT_EQ(parser.state(), State::failed) << wrong;
      EXPECT_FALSE(parser.failure_reason().empty()) << wrong;
      EXPECT_FALSE(parser.keep_alive()) << wrong;
    }
  }
}

TEST(HttpResponseParser, RefusesEndlessFieldsAndInterimAnswers) {
  HttpResponseParser many;
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 200; ++i) head += "A: b\r\n";
  feed(many, head + "\r\n");
  EXPECT_EQ(many.state(), State::failed);
  HttpResponseParser interim;
  for (int i = 0; i < 10; ++i) feed(interim, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(interim.state(), State::failed);
}

TEST(HttpResponseParser, TellsTheHeadOfABodyThatIsTooLong) {
  HttpResponseParser parser(k_limits);
  feed(parser, "HTTP/1.1 200 OK\r\nId: x\r\nContent-Length: 33\r\n\r\n");
  EXPECT_TRUE(parser.body_too_large());
  EXPECT_TRUE(parser.has_head());
  EXPECT_EQ(parser.header("id"), "x");
}

TEST(HttpResponseParser, FailsWhereTheConnectionEndsTooEarly) {
  for (const std::string_view early :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}) {
    HttpResponseParser parser(k_limits);
    feed(parser, early);
    parser.end_of_input();
    EXPECT_EQ(parser.state(), State::failed) << early;
    EXPECT_EQ(parser.started(), !early.empty());
  }
}

}  // namespace
}  // namespace fanfold
