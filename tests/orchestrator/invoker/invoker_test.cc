// Against a server that does what the payload says; the real function host is tested with the host.
#include "orchestrator/invoker/invoker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "runtime/net/http_server.h"
#include "runtime/net/socket.h"

namespace fanfold {
namespace {

using std::chrono::milliseconds;

class InvokerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto server = HttpServer::start({}, [this](const ServerRequest& request) { return answer(request); });
    ASSERT_TRUE(server) << server.error().message();
    m_server = std::move(*server);
    connect({.endpoint = "http://" + m_server->address() + "/"});
  }
  void TearDown() override {
    release();
    m_invoker.reset();
    m_server->stop();
  }
  void connect(const InvokerOptions& options) {
    auto invoker = Invoker::create(options);
    ASSERT_TRUE(invoker) << invoker.error().message();
    m_invoker = std::move(*invoker);
  }
  ServerReply answer(const ServerRequest& request) {
    std::unique_lock lock(m_mutex);
    m_targets.insert(request.target);
    ++m_requests;
    m_changed.notify_all();
    if (request.body == "hold") m_changed.wait(lock, [this] { return m_released; });
    ServerReply reply;
    reply.status = request.body == "throttle" ? 429 : 200;
    reply.body = request.body == "huge" ? std::string(13u << 20, 'x') : request.body;
    return reply;
  }
  void release() {
    const std::lock_guard lock(m_mutex);
    m_released = true;
    m_changed.notify_all();
  }
  void await_requests(int count) {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_requests >= count; });
  }
  InvokeAnswer call(const std::string& payload) {
    EXPECT_TRUE(m_invoker->start(0, payload));
    std::vector<InvokeAnswer> answers = m_invoker->wait(milliseconds(20'000));
    EXPECT_EQ(answers.size(), 1U);
    answers.resize(1);
    return answers.front();
  }

  std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_released = false;
  int m_requests = 0;
  std::set<std::string> m_targets;
  std::unique_ptr<HttpServer> m_server;
  std::unique_ptr<Invoker> m_invoker;
};

TEST_F(InvokerTest, SendsThePayloadAndReturnsTheAnswer) {
  const InvokeAnswer answer = call("{\"a\":1}");
  EXPECT_EQ(answer.payload, "{\"a\":1}");
  EXPECT_FALSE(answer.error);
  EXPECT_EQ(m_targets, std::set<std::string>{"/2015-03-31/functions/fanfold/invocations"});
  EXPECT_EQ(m_invoker->in_flight(), 0U);
}

TEST_F(InvokerTest, EncodesTheName) {
  connect({.endpoint = "http://" + m_server->address(), .function_name = "a:$LATEST"});
  call("{}");
  EXPECT_TRUE(m_targets.contains("/2015-03-31/functions/a%3A%24LATEST/invocations"));
}

TEST_F(InvokerTest, SendsPayloadsOfMegabytesUnharmed) {
  std::string payload(6u << 20, '\0');
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i * 31 >> 3);
  EXPECT_EQ(call(payload).payload, payload);
  EXPECT_EQ(call("").payload, "");
}

TEST_F(InvokerTest, KeepsManyInFlight) {
  for (std::uint64_t tag = 0; tag < 100; ++tag) ASSERT_TRUE(m_invoker->start(tag, "hold"));
  EXPECT_EQ(m_invoker->in_flight(), 100U);
  std::thread releaser([&] {
    await_requests(100);
    release();
  });
  std::set<std::uint64_t> tags;
  while (tags.size() < 100) {
    const auto answers = m_invoker->wait(milliseconds(20'000));
    ASSERT_FALSE(answers.empty());
    for (const InvokeAnswer& answer : answers) tags.insert(answer.tag);
  }
  releaser.join();
  EXPECT_EQ(m_invoker->in_flight(), 0U);
}

TEST_F(InvokerTest, RefusesATagThatIsInFlight) {
  ASSERT_TRUE(m_invoker->start(7, "hold"));
  EXPECT_EQ(m_invoker->start(7, "{}").error().kind(), ErrorKind::invalid_argument);
}

TEST_F(InvokerTest, ReturnsNothingAfterTheTimeout) {
  ASSERT_TRUE(m_invoker->start(1, "hold"));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(m_invoker->wait(milliseconds(30)).empty());
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(30));
  EXPECT_EQ(m_invoker->in_flight(), 1U);
}

TEST_F(InvokerTest, IsWokenFromAnotherThreadAndLosesNoWakeUp) {
  m_invoker->wake();
  EXPECT_TRUE(m_invoker->wait(milliseconds(60'000)).empty());
  ASSERT_TRUE(m_invoker->start(1, "hold"));
  std::thread waker([&] {
    await_requests(1);
    m_invoker->wake();
  });
  EXPECT_TRUE(m_invoker->wait(milliseconds(60'000)).empty());
  waker.join();
}

TEST_F(InvokerTest, ReturnsNoAnswerThatWasCancelled) {
  ASSERT_TRUE(m_invoker->start(1, "hold"));
  ASSERT_TRUE(m_invoker->start(2, "{}"));
  m_invoker->cancel(1);
  m_invoker->cancel(99);
  const auto answers = m_invoker->wait(milliseconds(20'000));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().tag, 2U);
  ASSERT_TRUE(m_invoker->start(1, "{}")) << "the tag is free again";
  m_invoker->cancel_all();
  EXPECT_EQ(m_invoker->in_flight(), 0U);
  EXPECT_EQ(call("again").payload, "again");
}

TEST_F(InvokerTest, TellsRefusalsApart) {
  const InvokeAnswer throttled = call("throttle");
  ASSERT_TRUE(throttled.error);
  EXPECT_EQ(throttled.error->kind(), ErrorKind::throttled);
  const InvokeAnswer huge = call("huge");
  ASSERT_TRUE(huge.error);
  EXPECT_EQ(huge.error->kind(), ErrorKind::corrupt_data);
}

TEST_F(InvokerTest, GivesUpAfterItsTimeout) {
  connect({.endpoint = "http://" + m_server->address(), .timeout = milliseconds(50)});
  const InvokeAnswer late = call("hold");
  ASSERT_TRUE(late.error);
  EXPECT_EQ(late.error->kind(), ErrorKind::timeout);
  EXPECT_EQ(late.http_status, 0);
}

TEST_F(InvokerTest, ReportsAServerThatIsNotThere) {
  std::string address;
  {
    const auto listener = listen_tcp("127.0.0.1:0");
    ASSERT_TRUE(listener);
    address = *local_address(listener->get());
  }
  connect({.endpoint = "http://" + address});
  const InvokeAnswer answer = call("{}");
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->kind(), ErrorKind::transient);
  EXPECT_THAT(answer.error->message(), testing::HasSubstr(address));
}

TEST_F(InvokerTest, ReportsConnectionsThatAreCut) {
  ASSERT_TRUE(m_invoker->start(1, "hold"));
  std::thread stopper([&] {
    await_requests(1);
    // Releases the handler too late: the server has stopped sending.
    std::thread later([&] { release(); });
    m_server->stop();
    later.join();
  });
  const auto answers = m_invoker->wait(milliseconds(20'000));
  stopper.join();
  ASSERT_EQ(answers.size(), 1U);
  // The reply fits the socket, so the last handler's word is still heard; the next call finds nobody.
  const InvokeAnswer next = call("{}");
  ASSERT_TRUE(next.error);
  EXPECT_EQ(next.error->kind(), ErrorKind::transient);
}

TEST_F(InvokerTest, RefusesAnEndpointThatIsNoUrl) {
  EXPECT_EQ(Invoker::create({.endpoint = "127.0.0.1:80"}).error().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(Invoker::create({.endpoint = "ftp://127.0.0.1"}).error().kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace fanfold
