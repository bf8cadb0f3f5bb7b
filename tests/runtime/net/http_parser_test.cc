#include "runtime/net/http_parser.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

using State = HttpRequestParser::State;

constexpr HttpLimits k_small{.max_header_bytes = 256, .max_body_bytes = 16, .max_discarded_bytes = 64};

struct Parsed {
  State state = State::incomplete;
  int status = 0;
  std::size_t taken = 0;
  ServerRequest request;
};

Parsed parse(std::string_view bytes, const HttpLimits& limits = {}, std::size_t piece = 1'000'000) {
  HttpRequestParser parser(limits);
  Parsed parsed;
  while (parsed.taken < bytes.size() && parser.state() == State::incomplete) {
    parsed.taken += parser.feed(bytes.substr(parsed.taken, piece));
  }
  parsed.state = parser.state();
  if (parsed.state == State::failed) parsed.status = parser.failure_status();
  if (parsed.state == State::complete) parsed.request = parser.take();
  return parsed;
}

std::string with_fields(const std::string& fields, const std::string& body = {}) {
  return "POST /p HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

TEST(HttpRequestParser, ReadsARequestInPiecesOfAnySize) {
  const std::string bytes = with_fields("Content-Length: 5\r\nX-Two:  a b \t\r\n", "hello");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Parsed parsed = parse(bytes, {}, piece);
    ASSERT_EQ(parsed.state, State::complete) << piece;
    EXPECT_EQ(parsed.request.method, "POST");
    EXPECT_EQ(parsed.request.target, "/p");
    EXPECT_EQ(parsed.request.body, "hello");
    EXPECT_EQ(parsed.request.headers.value_or_empty("x-two"), "a b");
    EXPECT_TRUE(parsed.request.keep_alive);
  }
}

TEST(HttpRequestParser, ReadsAChunkedBodyInPiecesOfAnySize) {
  const std::string bytes = with_fields("Transfer-Encoding: chunked\r\n",
                                        "5\r\nhello\r\nA;ext=1\r\n, chunks !\r\n0\r\nTrailer: x\r\n\r\n");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Parsed parsed = parse(bytes, {}, piece);
    ASSERT_EQ(parsed.state, State::complete) << piece;
    EXPECT_EQ(parsed.request.body, "hello, chunks !");
    EXPECT_EQ(parsed.taken, bytes.size());
  }
}

TEST(HttpRequestParser, KeepsTheTrailers) {
  const Parsed parsed =
      parse(with_fields("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX-Late: why\r\n\r\n"));
  ASSERT_EQ(parsed.state, State::complete);
  EXPECT_EQ(parsed.request.trailers.value_or_empty("x-late"), "why");
  EXPECT_FALSE(parsed.request.headers.find("x-late"));
}

TEST(HttpRequestParser, HandsOutABodyInPieces) {
  HttpRequestParser parser(k_small);
  EXPECT_EQ(parser.head(), nullptr);
  parser.feed(with_fields("Transfer-Encoding: chunked\r\n", "A\r\n0123456789\r\n"));
  ASSERT_NE(parser.head(), nullptr);
  EXPECT_EQ(parser.head()->target, "/p");
  parser.begin_pieces(30);
  EXPECT_EQ(parser.take_piece(), "0123456789");
  EXPECT_EQ(parser.take_piece(), "");
  parser.feed("14\r\n01234567890123456789\r\n0\r\n\r\n");
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_EQ(parser.head(), nullptr);
  const ServerRequest request = parser.take();
  EXPECT_EQ(request.body, "01234567890123456789") << "what was not taken";
  EXPECT_FALSE(request.body_too_large) << "the limit is that of the pieces";

  parser.feed(with_fields("Transfer-Encoding: chunked\r\n", "A\r\n0123456789\r\n"));
  parser.begin_pieces(12);
  EXPECT_EQ(parser.take_piece().size(), 10U);
  parser.feed("3\r\nabc\r\n0\r\n\r\n");
  ASSERT_EQ(parser.state(), State::complete);
  EXPECT_TRUE(parser.take().body_too_large) << "pieces count together";
}

TEST(HttpRequestParser, TakesNothingOfThePipelinedNextRequest) {
  const std::string first = with_fields("Content-Length: 2\r\n", "ab");
  const Parsed parsed = parse(first + "GET /next HTTP/1.1\r\n");
  EXPECT_EQ(parsed.state, State::complete);
  EXPECT_EQ(parsed.taken, first.size());
}

TEST(HttpRequestParser, SplitsTheTargetAtTheQuery) {
  const Parsed parsed = parse("GET /a/b?c=d?e HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(parsed.request.path(), "/a/b");
  EXPECT_EQ(parsed.request.query(), "c=d?e");
}

TEST(HttpRequestParser, KnowsWhetherTheConnectionStays) {
  EXPECT_FALSE(parse(with_fields("Connection: close\r\n")).request.keep_alive);
  EXPECT_FALSE(parse(with_fields("Connection: x, Close\r\n")).request.keep_alive);
  EXPECT_TRUE(parse(with_fields("Connection: closed\r\n")).request.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").request.keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").request.keep_alive);
}

TEST(HttpRequestParser, SaysOnceThatThePeerWaits) {
  HttpRequestParser parser({});
  parser.feed(with_fields("Expect: 100-Continue\r\nContent-Length: 1\r\n"));
  EXPECT_EQ(parser.state(), State::incomplete);
  EXPECT_TRUE(parser.take_wants_continue());
  EXPECT_FALSE(parser.take_wants_continue());
}

TEST(HttpRequestParser, RefusesWhatIsNotARequest) {
  const std::pair<std::string, int> wrong[] = {
      {"\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET path HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},  // no Host
      {with_fields("No-Colon\r\n"), 400},
      {with_fields("Blank : before\r\n"), 400},
      {with_fields(": no name\r\n"), 400},
      {with_fields("A: folded\r\n over\r\n"), 400},
      {with_fields(std::string("A: nul\0\r\n", 9)), 400},
      {with_fields("A: carriage\rreturn\r\n"), 400},
      {with_fields("Expect: something\r\n"), 417},
      {with_fields("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
      {with_fields("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400},
      {with_fields("Content-Length: -1\r\n"), 400},
      {with_fields("Content-Length: +1\r\n"), 400},
      {with_fields("Content-Length: 0x1\r\n"), 400},
      {with_fields("Content-Length: \r\n"), 400},
      {with_fields("Content-Length: 99999999999999999999\r\n"), 400},
      {with_fields("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 501}};
  for (const auto& [bytes, status] : wrong) {
    const Parsed parsed = parse(bytes);
    EXPECT_EQ(parsed.state, State::failed) << bytes;
    EXPECT_EQ(parsed.status, status) << bytes;
    EXPECT_EQ(parse(bytes, {}, 1).status, status) << "byte by byte: " << bytes;
  }
}

TEST(HttpRequestParser, RefusesABrokenChunk) {
  const std::string head = "Transfer-Encoding: chunked\r\n";
  for (const char* body : {"x\r\n", "\r\n", "-1\r\n", "5\nhello", "5\r\nhelloo\r\n", "fffffffffffffffff\r\n",
                           "0\r\nbad trailer\r\n", "5 5\r\n", "0x5\r\n"}) {
    EXPECT_EQ(parse(with_fields(head, body)).status, 400) << body;
  }
  EXPECT_EQ(parse(with_fields(head, "ffffffffffffff\r\n")).status, 413);
  EXPECT_EQ(parse(with_fields(head, std::string(2'000, '0'))).status, 400) << "a chunk line without end";
  EXPECT_EQ(parse(with_fields(head, "0\r\n" + std::string(300, 'a')), k_small).status, 431);
}

TEST(HttpRequestParser, LimitsTheHeader) {
  EXPECT_EQ(parse(with_fields("A: " + std::string(200, 'a') + "\r\n"), k_small).state, State::complete);
  EXPECT_EQ(parse(with_fields("A: " + std::string(300, 'a') + "\r\n"), k_small).status, 431);
  EXPECT_EQ(parse(std::string(300, 'G'), k_small, 1).status, 431);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(parse(with_fields(many)).status, 431);
}

TEST(HttpRequestParser, ForgetsABodyThatIsTooLargeAndReadsOn) {
  const std::string fits(16, 'a');
  EXPECT_EQ(parse(with_fields("Content-Length: 16\r\n", fits), k_small).request.body, fits);
  const Parsed large = parse(with_fields("Content-Length: 17\r\n", fits + "b"), k_small);
  ASSERT_EQ(large.state, State::complete);
  EXPECT_TRUE(large.request.body_too_large);
  EXPECT_TRUE(large.request.body.empty());

  const std::string chunks = "10\r\n" + fits + "\r\n1\r\nb\r\n0\r\n\r\n";
  const Parsed chunked = parse(with_fields("Transfer-Encoding: chunked\r\n", chunks), k_small);
  ASSERT_EQ(chunked.state, State::complete);
  EXPECT_TRUE(chunked.request.body_too_large);
}

TEST(HttpRequestParser, DoesNotReadOnForEver) {
  EXPECT_EQ(parse(with_fields("Content-Length: 65\r\n"), k_small).status, 413);
  std::string chunks;
  for (int i = 0; i < 5; ++i) chunks += "10\r\n0123456789abcdef\r\n";
  EXPECT_EQ(parse(with_fields("Transfer-Encoding: chunked\r\n", chunks), k_small).status, 413);
}

TEST(HttpRequestParser, IsReadyAgainAfterARequest) {
  HttpRequestParser parser({});
  for (int i = 0; i < 3; ++i) {
    const std::string bytes = with_fields("Content-Length: 1\r\n", std::to_string(i));
    EXPECT_FALSE(parser.started());
    EXPECT_EQ(parser.feed(bytes), bytes.size());
    EXPECT_TRUE(parser.started());
    EXPECT_EQ(parser.take().body, std::to_string(i));
  }
}

}  // namespace
}  // namespace fanfold
