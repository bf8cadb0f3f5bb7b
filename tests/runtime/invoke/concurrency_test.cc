// Several invocations at once in one process.
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include "runtime/core/log.h"
#include "runtime/invoke/runtime.h"
#include "runtime/net/http_server.h"

namespace fanfold {
namespace {

using Answer = std::variant<std::string, HandlerError>;

// Parks requests for events until it has some; keeps what was posted.
class ParkingPlatform {
 public:
  ParkingPlatform()
      : m_server(std::move(*HttpServer::start({}, [this](const ServerRequest& r) { return answer(r); }))) {}
  ~ParkingPlatform() { refuse_everybody(); }

  std::string address() const { return m_server->address(); }
  void give(const std::string& id, const std::string& trace = {}) {
    const std::lock_guard lock(m_mutex);
    m_events.emplace_back(id, trace);
    m_changed.notify_all();
  }
  bool wait_for_parked(std::size_t count) {
    return wait([&] { return m_parked == count; });
  }
  bool wait_for_posts(std::size_t count) {
    return wait([&] { return m_posts.size() == count; });
  }
  // The next request for an event is answered 500, once.
  void refuse_one() {
    const std::lock_guard lock(m_mutex);
    ++m_refusals;
    m_changed.notify_all();
  }
  void refuse_everybody() {
    const std::lock_guard lock(m_mutex);
    m_refusals = 1'000'000;
    m_changed.notify_all();
  }
  std::map<std::string, std::string> posts() {
    const std::lock_guard lock(m_mutex);
    return m_posts;
  }

 private:
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::seconds(10), condition);
  }

  ServerReply answer(const ServerRequest& request) {
    std::unique_lock lock(m_mutex);
    if (request.method == "POST") {
      m_posts[request.target] = request.body;
      m_changed.notify_all();
      return {.status = 202};
    }
    ++m_parked;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return !m_events.empty() || m_refusals > 0; });
    --m_parked;
    m_changed.notify_all();
    if (m_refusals > 0) {
      --m_refusals;
      return {.status = 500};
    }
    const auto [id, trace] = m_events.front();
    m_events.pop_front();
    ServerReply reply{.body = id};
    reply.headers.add("Lambda-Runtime-Aws-Request-Id", id);
    reply.headers.add("Lambda-Runtime-Trace-Id", trace);
    return reply;
  }

  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::deque<std::pair<std::string, std::string>> m_events;
  std::map<std::string, std::string> m_posts;
  std::size_t m_parked = 0;
  int m_refusals = 0;
  std::unique_ptr<HttpServer> m_server;
};

class Concurrency : public testing::Test {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::warning); }

  RuntimeOptions options(unsigned workers) const {
    RuntimeOptions options;
    options.api = m_platform.address();
    options.graceful_shutdown = false;
    options.max_concurrency = workers;
    return options;
  }

  ParkingPlatform m_platform;
};

std::string path_of(const std::string& id, const std::string& what) {
  return "/2018-06-01/runtime/invocation/" + id + "/" + what;
}

TEST_F(Concurrency, ServesAsManyAtOnceAsItIsTold) {
  constexpr unsigned k_workers = 4;
  std::barrier all_here(k_workers);  // passes only when all run at once
  auto running = std::async(std::launch::async, [&] {
    return run(options(k_workers), [&](const Invocation& invocation) -> Answer {
      all_here.arrive_and_wait();
      EXPECT_EQ(std::getenv("_X_AMZN_TRACE_ID"), nullptr);
      return std::string(invocation.trace_id);
    });
  });
  ASSERT_TRUE(m_platform.wait_for_parked(k_workers));
  for (unsigned round = 0; round < 10; ++round) {
    for (unsigned i = 0; i < k_workers; ++i) {
      const std::string id = std::to_string(round) + "-" + std::to_string(i);
      m_platform.give(id, "Root=" + id);
    }
    ASSERT_TRUE(m_platform.wait_for_posts((round + 1) * k_workers));
  }
  ASSERT_TRUE(m_platform.wait_for_parked(k_workers)) << "each asks for the next one";
  for (const auto& [path, body] : m_platform.posts()) {
    EXPECT_EQ(path, path_of(body.substr(body.find('=') + 1), "response"));
  }
  m_platform.refuse_everybody();
  EXPECT_NE(running.get(), 0);
}

TEST_F(Concurrency, LetsTheOthersFinishWhenOneFails) {
  std::promise<void> may_finish;
  std::shared_future<void> finish = may_finish.get_future().share();
  std::promise<void> began;
  auto running = std::async(std::launch::async, [&] {
    return run(options(3), [&](const Invocation& invocation) -> Answer {
      began.set_value();
      finish.wait();
      EXPECT_FALSE(invocation.stop.stop_requested()) << "a failure elsewhere is no reason to stop";
      return "\"whole\"";
    });
  });
  ASSERT_TRUE(m_platform.wait_for_parked(3));
  m_platform.give("a");
  began.get_future().wait();
  ASSERT_TRUE(m_platform.wait_for_parked(2));
  m_platform.refuse_one();
  may_finish.set_value();
  EXPECT_NE(running.get(), 0);
  EXPECT_EQ(m_platform.posts()[path_of("a", "response")], "\"whole\"");
}

TEST_F(Concurrency, GivesEachWorkerAHandlerOfItsOwn) {
  constexpr unsigned k_workers = 3;
  std::atomic<int> made{0};
  std::barrier all_here(k_workers);
  auto running = std::async(std::launch::async, [&] {
    return run_workers(options(k_workers), [&] {
      return [&all_here, number = made++](const Invocation&) -> Answer {
        all_here.arrive_and_wait();
        return std::to_string(number);
      };
    });
  });
  for (const char* id : {"a", "b", "c"}) m_platform.give(id);
  ASSERT_TRUE(m_platform.wait_for_posts(k_workers));
  std::set<std::string> numbers;
  for (const auto& [path, body] : m_platform.posts()) numbers.insert(body);
  EXPECT_EQ(numbers, (std::set<std::string>{"0", "1", "2"}));
  EXPECT_EQ(made, 3);
  m_platform.refuse_everybody();
  EXPECT_NE(running.get(), 0);
}

TEST_F(Concurrency, KeepsDeadlinesApart) {
  auto running = std::async(std::launch::async, [&] {
    return run(options(2), [&](const Invocation& invocation) -> Answer {
      return invocation.stop.stop_possible() && !invocation.stop.stop_requested() ? "1" : "0";
    });
  });
  for (int i = 0; i < 50; ++i) m_platform.give("e" + std::to_string(i));
  ASSERT_TRUE(m_platform.wait_for_posts(50));
  for (const auto& [path, body] : m_platform.posts()) EXPECT_EQ(body, "1") << path;
  m_platform.refuse_everybody();
  EXPECT_NE(running.get(), 0);
}

}  // namespace
}  // namespace fanfold
