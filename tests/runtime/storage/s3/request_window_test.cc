// What a window does with requests whose answers are long in coming.
#include "runtime/storage/s3/request_window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "tests/runtime/storage/s3/client_fixture.h"

namespace fanfold::s3 {
namespace {

// The first request is refused at once; the answer to the second comes when the window has been told.
class SlowTransport final : public HttpTransport {
 public:
  ~SlowTransport() override {
    if (m_thread.joinable()) m_thread.join();
  }
  Ticket submit(HttpExchange exchange) override {
    if (++m_requests == 1) {
      exchange.done(answer(403));
    } else {
      m_thread = std::thread([this, exchange = std::move(exchange)] {
        m_told.acquire();
        m_has_answered = true;
        exchange.done(answer(200));
      });
    }
    return m_requests;
  }
  void cancel(Ticket) override { m_was_cancelled = true; }
  void tell() { m_told.release(); }
  bool has_answered() const { return m_has_answered; }
  bool was_cancelled() const { return m_was_cancelled; }

 private:
  static HttpOutcome answer(int status) {
    HttpOutcome outcome;
    outcome.began = true;
    outcome.head.status = status;
    return outcome;
  }
  std::thread m_thread;
  std::binary_semaphore m_told{0};
  std::atomic<bool> m_has_answered = false, m_was_cancelled = false;
  Ticket m_requests = 0;
};

// Whoever removes what was written after a failure must not come before the server has written it.
TEST(S3RequestWindow, WaitsForTheServerAfterAFailure) {
  SlowTransport transport;
  FakeClock clock;
  ClientSettings settings;
  settings.credentials = [] {
    auto made = std::make_shared<aws::Credentials>();
    made->access_key_id = "id";
    made->secret_access_key = Secret("key");
    return Result<std::shared_ptr<const aws::Credentials>>(std::move(made));
  };
  const auto client = std::move(*Client::create(std::move(settings), transport, clock));
  {
    RequestWindow window(*client);
    const auto put = [](Bytes body) { return put_request(k_object, body, SendChecksum::no); };
    const auto ended = [](const Result<HttpOutcome>& outcome) {
      return outcome ? Status{} : Status(outcome.error());
    };
    EXPECT_TRUE(window.add({}, put, ended));
    EXPECT_TRUE(window.add({}, put, ended));
    EXPECT_EQ(window.finish().error().kind(), ErrorKind::permission_denied);
    transport.tell();
  }
  EXPECT_TRUE(transport.has_answered());
  EXPECT_FALSE(transport.was_cancelled());
}

}  // namespace
}  // namespace fanfold::s3
