#include "runtime/net/http_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <set>

#include "runtime/net/http_server.h"
#include "tests/runtime/net/canned_server.h"

namespace fanfold {
namespace {

using testing::HasSubstr;

std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('a' + i * 7 % 26);
  return text;
}

// /bytes/N: N bytes. /echo: what was sent. /status/N: that status and a text.
ServerReply serve(const ServerRequest& request) {
  ServerReply reply;
  const std::string path(request.path());
  if (path.starts_with("/bytes/")) reply.body = pattern(std::stoul(path.substr(7)));
  if (path == "/echo") reply.body = request.method + " " + request.body;
  if (path.starts_with("/status/")) {
    reply.status = std::stoi(path.substr(8));
    reply.body = "a refusal";
  }
  reply.headers.add("X-Path", path);
  return reply;
}

class HttpEngineTest : public testing::Test {
 protected:
  void SetUp() override {
    m_server = std::move(*HttpServer::start({}, serve));
    m_engine = std::move(*HttpEngine::create({}));
  }
  HttpExchange exchange(const std::string& path, const std::string& method = "GET") const {
    return at(m_server->address(), path, method);
  }
  static HttpExchange at(const std::string& address, const std::string& path,
                         const std::string& method = "GET") {
    HttpExchange made;
    made.request.method = method;
    made.request.url = "http://" + address + path;
    made.request.total_timeout = std::chrono::seconds(20);
    return made;
  }
  std::unique_ptr<HttpServer> m_server;
  std::unique_ptr<HttpEngine> m_engine;
};

TEST_F(HttpEngineTest, PutsABodyWhereItIsWanted) {
  const std::string expected = pattern(3'000'000);
  std::string memory(expected.size(), '\0');
  HttpExchange wanted = exchange("/bytes/3000000");
  wanted.into = std::as_writable_bytes(std::span(memory));
  const HttpOutcome outcome = m_engine->perform(std::move(wanted));
  ASSERT_TRUE(outcome.transfer) << outcome.transfer.error().message();
  EXPECT_EQ(outcome.head.status, 200);
  EXPECT_EQ(outcome.head.headers.value_or_empty("x-path"), "/bytes/3000000");
  EXPECT_EQ(outcome.received, expected.size());
  EXPECT_EQ(memory, expected);
  EXPECT_TRUE(outcome.body.empty());
}

TEST_F(HttpEngineTest, KeepsTheBodyOfARefusalOutOfTheMemory) {
  std::string memory(100, 'x');
  HttpExchange wanted = exchange("/status/403");
  wanted.into = std::as_writable_bytes(std::span(memory));
  const HttpOutcome outcome = m_engine->perform(std::move(wanted));
  ASSERT_TRUE(outcome.transfer) << outcome.transfer.error().message();
  EXPECT_EQ(outcome.head.status, 403);
  EXPECT_EQ(outcome.body, "a refusal");
  EXPECT_EQ(memory, std::string(100, 'x'));
}

TEST_F(HttpEngineTest, SendsBodiesShortAndLong) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{2'000'000}}) {
    const std::string body = pattern(size);
    HttpExchange wanted = exchange("/echo", "PUT");
    wanted.request.body = body;
    wanted.max_body_bytes = 3'000'000;
    const HttpOutcome outcome = m_engine->perform(std::move(wanted));
    ASSERT_TRUE(outcome.transfer) << outcome.transfer.error().message();
    EXPECT_EQ(outcome.body, "PUT " + body);
  }
}

TEST_F(HttpEngineTest, RunsManyAtOnceAndEndsEachOnce) {
  constexpr std::ptrdiff_t k_count = 100;
  std::latch ended(k_count);
  std::atomic<int> right = 0;
  for (std::ptrdiff_t i = 0; i < k_count; ++i) {
    HttpExchange wanted = exchange("/bytes/" + std::to_string(i * 100));
    wanted.done = [&, i](const HttpOutcome& outcome) {
      if (outcome.transfer && outcome.body == pattern(static_cast<std::size_t>(i) * 100)) ++right;
      ended.count_down();
    };
    m_engine->submit(std::move(wanted));
  }
  ended.wait();
  EXPECT_EQ(right, k_count);
}

TEST_F(HttpEngineTest, UsesAConnectionAgainAndSaysSo) {
  EXPECT_FALSE(m_engine->perform(exchange("/bytes/1")).on_reused_connection);
  EXPECT_TRUE(m_engine->perform(exchange("/bytes/1")).on_reused_connection);
  HttpExchange fresh = exchange("/bytes/1");
  fresh.request.fresh_connection = true;
  EXPECT_FALSE(m_engine->perform(std::move(fresh)).on_reused_connection);
}

TEST_F(HttpEngineTest, LeavesPathsAsTheyAre) {
  EXPECT_EQ(m_engine->perform(exchange("/a//b/../c%2Fd")).head.headers.value_or_empty("x-path"),
            "/a//b/../c%2Fd");
}

TEST_F(HttpEngineTest, RefusesByTheHeadAlone) {
  HttpExchange wanted = exchange("/bytes/1000");
  wanted.accept = [](const HttpHead& head) { return head.status == 206; };
  const HttpOutcome outcome = m_engine->perform(std::move(wanted));
  ASSERT_FALSE(outcome.transfer);
  EXPECT_EQ(outcome.transfer.error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(outcome.received, 0U);
  EXPECT_EQ(outcome.head.status, 200);
}

TEST_F(HttpEngineTest, RefusesMoreThanItHasRoomFor) {
  std::string memory(999, '\0');
  HttpExchange wanted = exchange("/bytes/1000");
  wanted.into = std::as_writable_bytes(std::span(memory));
  EXPECT_THAT(m_engine->perform(std::move(wanted)).transfer.error().message(),
              HasSubstr("longer than it may be"));
  HttpExchange text = exchange("/bytes/1000");
  text.max_body_bytes = 999;
  EXPECT_EQ(m_engine->perform(std::move(text)).transfer.error().kind(), ErrorKind::corrupt_data);
}

TEST_F(HttpEngineTest, TellsHowFarABrokenTransferCame) {
  const CannedServer broken({"HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\n\r\n" + pattern(40)});
  std::string memory(100, '\0');
  HttpExchange wanted = at(broken.address(), "/");
  wanted.into = std::as_writable_bytes(std::span(memory));
  const HttpOutcome outcome = m_engine->perform(std::move(wanted));
  ASSERT_FALSE(outcome.transfer);
  EXPECT_EQ(outcome.transfer.error().kind(), ErrorKind::transient);
  EXPECT_TRUE(outcome.began);
  EXPECT_EQ(outcome.received, 40U);
  EXPECT_EQ(memory.substr(0, 40), pattern(40));
}

TEST_F(HttpEngineTest, CancelsWhatHangs) {
  const UniqueFd silent = std::move(*listen_tcp("127.0.0.1:0"));  // takes connections, and never answers
  std::promise<HttpOutcome> promise;
  HttpExchange wanted = at(*local_address(silent.get()), "/");
  wanted.done = [&](HttpOutcome outcome) { promise.set_value(std::move(outcome)); };
  const HttpEngine::Ticket ticket = m_engine->submit(std::move(wanted));
  m_engine->cancel(ticket);
  const HttpOutcome outcome = promise.get_future().get();
  ASSERT_FALSE(outcome.transfer);
  EXPECT_EQ(outcome.transfer.error().kind(), ErrorKind::cancelled);
  m_engine->cancel(ticket);  // what has ended is fine
  EXPECT_EQ(m_engine->perform(exchange("/bytes/1")).head.status, 200);
}

TEST_F(HttpEngineTest, EndsWhatRunsWhenItEnds) {
  std::atomic<int> ended = 0;
  for (int i = 0; i < 5; ++i) {
    HttpExchange wanted = exchange("/bytes/1000000");
    wanted.max_body_bytes = 2'000'000;
    wanted.done = [&](const HttpOutcome&) { ++ended; };
    m_engine->submit(std::move(wanted));
  }
  m_engine.reset();
  EXPECT_EQ(ended, 5);
}

TEST_F(HttpEngineTest, NamesAPeerThatIsNotThere) {
  const std::string address = m_server->address();
  m_server.reset();
  const HttpOutcome outcome = m_engine->perform(at(address, "/"));
  ASSERT_FALSE(outcome.transfer);
  EXPECT_EQ(outcome.transfer.error().kind(), ErrorKind::transient);
  EXPECT_THAT(outcome.transfer.error().message(), HasSubstr(address));
  EXPECT_FALSE(outcome.began);
}

}  // namespace
}  // namespace fanfold
