// Long bodies are announced before they are sent, so that a refusal costs no upload.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <future>

#include "runtime/net/http_engine.h"
#include "runtime/net/socket.h"
#include "tests/runtime/net/raw_socket.h"

namespace fanfold {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t k_long_bytes = 1 << 20;

struct Received {
  std::string head;
  std::string body;
};

// Answers one request: `first` as soon as its head is there, `second` after `body_bytes` more; then reads
// what still comes.
class ExpectTest : public testing::Test {
 protected:
  ExpectTest()
      : m_listener(std::move(*listen_tcp("127.0.0.1:0"))), m_engine(std::move(*HttpEngine::create({}))) {}

  std::future<Received> serve(std::string first, std::size_t body_bytes, std::string second) {
    return std::async(std::launch::async, [this, first, body_bytes, second] {
      pollfd watched{m_listener.get(), POLLIN, 0};
      poll_until({&watched, 1}, std::nullopt);
      RawSocket socket(UniqueFd(::accept(m_listener.get(), nullptr, nullptr)));
      Received received;
      received.head = socket.receive_until("\r\n\r\n");
      socket.send(first);
      received.body = socket.receive_bytes(body_bytes);
      socket.send(second);
      received.body += socket.receive_all();
      return received;
    });
  }
  HttpOutcome put(std::size_t bytes) {
    const std::string body(bytes, 'b');
    HttpExchange exchange;
    exchange.request.method = "PUT";
    exchange.request.url = "http://" + *local_address(m_listener.get()) + "/";
    exchange.request.body = body;
    exchange.request.total_timeout = std::chrono::seconds(20);
    HttpOutcome outcome = m_engine->perform(std::move(exchange));
    m_engine.reset();  // closes the connection: the server sees the end
    return outcome;
  }

 private:
  UniqueFd m_listener;
  std::unique_ptr<HttpEngine> m_engine;
};

const std::string k_fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST_F(ExpectTest, AsksBeforeALongBodyAndSendsItWhenTold) {
  auto server = serve("HTTP/1.1 100 Continue\r\n\r\n", k_long_bytes, k_fine);
  const HttpOutcome outcome = put(k_long_bytes);
  const Received received = server.get();
  ASSERT_TRUE(outcome.transfer) << outcome.transfer.error().message();
  EXPECT_EQ(outcome.head.status, 200);
  EXPECT_THAT(received.head, HasSubstr("Expect: 100-continue"));
  EXPECT_TRUE(received.body == std::string(k_long_bytes, 'b'));
}

TEST_F(ExpectTest, SendsNothingToWhoRefuses) {
  auto server = serve("HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nlate", 0, "");
  const HttpOutcome outcome = put(k_long_bytes);
  const Received received = server.get();
  ASSERT_TRUE(outcome.transfer) << outcome.transfer.error().message();
  EXPECT_EQ(outcome.head.status, 503);
  EXPECT_EQ(outcome.body, "late");
  EXPECT_EQ(received.body.size(), 0U);
}

TEST_F(ExpectTest, SendsAShortBodyAtOnce) {
  auto server = serve("", k_long_bytes - 1, k_fine);
  const HttpOutcome outcome = put(k_long_bytes - 1);
  const Received received = server.get();
  ASSERT_TRUE(outcome.transfer) << outcome.transfer.error().message();
  EXPECT_THAT(received.head, Not(HasSubstr("Expect")));
  EXPECT_EQ(received.body.size(), k_long_bytes - 1);
}

}  // namespace
}  // namespace fanfold
