// Requests that are cancelled while no answer comes, and those that clear up after them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <thread>

#include "tests/runtime/storage/s3/client_fixture.h"

namespace fanfold::s3 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

// Gives no answer before answer(). Thread-safe.
class SilentTransport final : public HttpTransport {
 public:
  ~SilentTransport() override { EXPECT_TRUE(m_waiting.empty()); }

  Ticket submit(HttpExchange exchange) override {
    const std::lock_guard lock(m_mutex);
    m_seen.push_back(exchange.request.method);
    m_timeouts.push_back(exchange.request.total_timeout.value_or(milliseconds::max()));
    m_waiting.emplace(++m_tickets, std::move(exchange.done));
    m_changed.notify_all();
    return m_tickets;
  }
  void cancel(Ticket ticket) override {
    HttpOutcome outcome;
    outcome.transfer = Error(ErrorKind::cancelled, "cancelled");
    end(ticket, std::move(outcome));
  }

  void answer(std::string body) {
    HttpOutcome outcome;
    outcome.head.status = 200;
    outcome.body = std::move(body);
    end(m_tickets, std::move(outcome));
  }
  void await_requests(std::size_t count) {
    std::unique_lock lock(m_mutex);
    ASSERT_TRUE(m_changed.wait_for(lock, seconds(20), [&] { return m_seen.size() >= count; }));
  }
  const std::vector<std::string>& seen() const { return m_seen; }
  milliseconds last_timeout() const { return m_timeouts.back(); }

 private:
  void end(Ticket ticket, HttpOutcome outcome) {
    std::unique_lock lock(m_mutex);
    auto waiting = m_waiting.extract(ticket);
    lock.unlock();
    if (waiting) waiting.mapped()(std::move(outcome));
  }

  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::map<Ticket, std::function<void(HttpOutcome)>> m_waiting;
  std::vector<std::string> m_seen;
  std::vector<milliseconds> m_timeouts;
  Ticket m_tickets = 0;
};

class S3Cancellation : public testing::Test {
 protected:
  S3Cancellation() {
    ClientSettings settings;
    settings.credentials = []() -> Result<std::shared_ptr<const aws::Credentials>> {
      auto made = std::make_shared<aws::Credentials>();
      made->access_key_id = "AKID1";
      made->secret_access_key = Secret("the-secret-key");
      return std::shared_ptr<const aws::Credentials>(std::move(made));
    };
    settings.gate = m_gate;
    m_client = std::move(*Client::create(std::move(settings), m_transport, system_clock()));
  }

  template <typename F>
  auto begin(F request) {
    return std::async(std::launch::async, std::move(request));
  }
  static seconds since(SteadyTime began) {
    return std::chrono::duration_cast<seconds>(system_clock().steady_now() - began);
  }

  SilentTransport m_transport;
  std::shared_ptr<RequestGate> m_gate = std::make_shared<RequestGate>();
  std::unique_ptr<Client> m_client;
};

TEST_F(S3Cancellation, EndsWhatReadsAtOnce) {
  auto reading = begin([&] { return get_object(*m_client, k_object, 100); });
  std::array<std::byte, 10> bytes{};
  S3RangeFetcher fetcher(*m_client, {"bucket", "a key", "\"e\"", 100});
  const auto range = fetcher.begin(0, bytes);
  m_transport.await_requests(2);
  const SteadyTime began = system_clock().steady_now();
  m_gate->cancel();
  const auto read = reading.get();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind(), ErrorKind::cancelled);
  EXPECT_THAT(read.error().message(), HasSubstr("cannot read 's3://bucket/a key'"));
  const Status waited = range->wait();
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().kind(), ErrorKind::cancelled);
  EXPECT_LT(since(began), seconds(1));
}

TEST_F(S3Cancellation, LetsNothingBegin) {
  m_gate->cancel();
  const auto read = get_object(*m_client, k_object, 100);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind(), ErrorKind::cancelled);
  EXPECT_THAT(m_transport.seen(), testing::IsEmpty());
}

// Whoever does not know that an upload was begun cannot abort it.
TEST_F(S3Cancellation, WaitsALittleForTheAnswerToWhatChangesSomething) {
  auto creating = begin([&] { return create_upload(*m_client, k_object); });
  m_transport.await_requests(1);
  m_gate->cancel();
  m_transport.answer(
      "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
  const auto upload = creating.get();
  ASSERT_TRUE(upload) << upload.error().message();
  EXPECT_EQ(*upload, "u1");
}

TEST_F(S3Cancellation, WaitsNoLongerThanASecondForIt) {
  auto writing = begin([&] { return put_object(*m_client, k_object, {}, SendChecksum::no); });
  m_transport.await_requests(1);
  const SteadyTime began = system_clock().steady_now();
  m_gate->cancel();
  const auto written = writing.get();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind(), ErrorKind::cancelled);
  EXPECT_GE(since(began), seconds(1));
  EXPECT_LT(since(began), seconds(3));
}

TEST_F(S3Cancellation, LetsACleanUpBeginWithALimitOfItsOwn) {
  auto before = begin([&] { return get_object(*m_client, k_object, 100); });
  m_transport.await_requests(1);
  m_gate->cancel();
  EXPECT_FALSE(before.get());
  m_gate->begin_clean_up(seconds(5));
  auto removing = begin([&] { return delete_object(*m_client, k_object); });
  m_transport.await_requests(2);
  EXPECT_LE(m_transport.last_timeout(), seconds(5));
  m_transport.answer({});
  EXPECT_TRUE(removing.get());
  EXPECT_THAT(m_transport.seen(), ElementsAre("GET", "DELETE"));
}

TEST(S3GatedClock, WakesItsSleepers) {
  RequestGate gate;
  GatedClock clock(system_clock(), gate);
  const SteadyTime began = clock.steady_now();
  std::thread sleeper([&] { clock.sleep_for(seconds(60)); });
  gate.cancel();
  sleeper.join();
  EXPECT_LT(clock.steady_now() - began, seconds(10));
  gate.begin_clean_up(seconds(1));
  clock.sleep_for(milliseconds(5));
  EXPECT_GE(clock.steady_now() - began, milliseconds(5));
}

}  // namespace
}  // namespace fanfold::s3
