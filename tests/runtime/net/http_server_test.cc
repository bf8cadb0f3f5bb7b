#include "runtime/net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/runtime/net/raw_socket.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

ServerReply echo(const ServerRequest& request) {
  if (request.path() == "/throw") throw std::runtime_error("on request");
  ServerReply reply;
  if (request.body_too_large) reply.status = 413;
  reply.body = request.method + " " + request.target + " " + request.body + "\n";
  return reply;
}

std::unique_ptr<HttpServer> start(HttpServerOptions options = {}, HttpHandler handler = echo) {
  auto server = HttpServer::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server) << server.error().message();
  return std::move(*server);
}

TEST(HttpServer, AnswersRequestsOnOneConnection) {
  const auto server = start();
  RawSocket socket(server->address());
  for (int i = 0; i < 3; ++i) {
    socket.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
    EXPECT_EQ(socket.receive_until("ab\n"), "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nPOST /x ab\n");
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  const auto server = start();
  RawSocket socket(server->address());
  socket.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string text = socket.receive_all();
  EXPECT_LT(text.find("GET /1"), text.find("GET /2"));
  EXPECT_LT(text.find("GET /2"), text.find("GET /3"));
  EXPECT_THAT(text, HasSubstr("GET /3"));
  EXPECT_THAT(text, HasSubstr("Connection: close"));
  EXPECT_THAT(text, testing::Not(HasSubstr("GET /4")));
}

TEST(HttpServer, AnswersBytesThatTrickle) {
  const auto server = start();
  RawSocket socket(server->address());
  for (const char c : std::string_view(
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")) {
    socket.send(std::string_view(&c, 1));
  }
  EXPECT_THAT(socket.receive_until(" a\n"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, RefusesBadRequestsAndCloses) {
  const auto server = start();
  for (const auto& [bytes, status] : std::vector<std::pair<std::string, std::string>>{
           {"nonsense\r\n\r\n", "400"},
           {"GET / HTTP/3\r\nHost: h\r\n\r\n", "505"},
           {"GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(70'000, 'a') + "\r\n\r\n", "431"},
           {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n", "413"},
           {std::string(200'000, 'x'), "431"}}) {
    RawSocket socket(server->address());
    socket.send(bytes);
    const std::string reply = socket.receive_all();
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 " + status)) << bytes.substr(0, 60);
    EXPECT_THAT(reply, HasSubstr("Connection: close"));
  }
}

TEST(HttpServer, KeepsTheConnectionAfterABodyThatIsTooLarge) {
  HttpServerOptions options;
  options.limits.max_body_bytes = 10;
  const auto server = start(options);
  RawSocket socket(server->address());
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'));
  EXPECT_THAT(socket.receive_until("POST / \n"), StartsWith("HTTP/1.1 413"));
  socket.send("GET /after HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(socket.receive_until("/after \n"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, TellsAPeerThatWaitsToGoOn) {
  const auto server = start();
  RawSocket socket(server->address());
  socket.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(socket.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("ab");
  EXPECT_THAT(socket.receive_until("ab\n"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, EndsARequestThatTakesTooLong) {
  HttpServerOptions options;
  options.request_timeout = milliseconds(100);
  const auto server = start(options);
  RawSocket idle(server->address());
  RawSocket slow(server->address());
  slow.send("GET / HTTP/1.1\r\nHo");
  EXPECT_THAT(slow.receive_all(), StartsWith("HTTP/1.1 408"));
  // A connection that has not begun a request may stay as long as it likes.
  idle.send("GET /idle HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(idle.receive_until("/idle \n"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, GivesEveryDripOfARequestTheSameDeadline) {
  HttpServerOptions options;
  options.request_timeout = milliseconds(200);
  const auto server = start(options);
  RawSocket slow(server->address());
  slow.send("GET / HTTP/1.1\r\nHost: h\r\nA: ");
  std::atomic<bool> refused = false;
  std::thread dripping([&] {
    while (!refused && slow.send("a")) std::this_thread::sleep_for(milliseconds(10));  // the drip itself
  });
  EXPECT_THAT(slow.receive_until("long\n"), StartsWith("HTTP/1.1 408"));
  refused = true;
  dripping.join();
}

TEST(HttpServer, SurvivesPeersThatLeave) {
  const auto server = start();
  for (const char* bytes : {"", "GET", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nab",
                            "GET / HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    RawSocket socket(server->address());
    socket.send(bytes);
  }
  RawSocket socket(server->address());
  socket.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(socket.receive_all(), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, TurnsAnExceptionIntoA500) {
  const auto server = start();
  RawSocket socket(server->address());
  socket.send("GET /throw HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(socket.receive_all(), StartsWith("HTTP/1.1 500"));
}

TEST(HttpServer, RefusesConnectionsBeyondTheLimit) {
  HttpServerOptions options;
  options.max_connections = 2;
  const auto server = start(options);
  RawSocket first(server->address());
  RawSocket second(server->address());
  first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  first.receive_until(" \n");
  second.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  second.receive_until(" \n");
  RawSocket third(server->address());
  EXPECT_THAT(third.receive_all(), StartsWith("HTTP/1.1 503"));
}

TEST(HttpServer, StopsWithConnectionsOpen) {
  const auto server = start();
  RawSocket idle(server->address());
  RawSocket half(server->address());
  half.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nab");
  RawSocket served(server->address());
  served.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  served.receive_until(" \n");
  const auto before = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(2'000));
  EXPECT_EQ(served.receive_all(), "");
  server->stop();
}

TEST(HttpServer, StopsWhileAPeerDoesNotReadItsReply) {
  std::mutex mutex;
  std::condition_variable changed;
  bool called = false;
  const auto server = start({}, [&](const ServerRequest&) {
    const std::lock_guard lock(mutex);
    called = true;
    changed.notify_all();
    ServerReply reply;
    reply.body.assign(64u << 20, 'x');
    return reply;
  });
  RawSocket socket(server->address());
  socket.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return called; });
  lock.unlock();
  server->stop();
}

TEST(HttpServer, SaysWhyItCannotListen) {
  const auto server = start();
  const auto second = HttpServer::start({.listen = server->address(), .limits = {}}, echo);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr(server->address()));
  for (const char* address :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "localhost:80", "127.0.0.1:80x"}) {
    EXPECT_EQ(HttpServer::start({.listen = address, .limits = {}}, echo).error().kind(),
              ErrorKind::invalid_argument);
  }
}

}  // namespace
}  // namespace fanfold
