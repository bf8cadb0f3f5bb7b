// The commit protocol with several clients at once, and with answers that get lost.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "tests/runtime/partials/live_redis.h"
#include "tests/runtime/partials/redis_imposter.h"

namespace fanfold {
namespace {

class CommitRaceTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    m_store.emplace(*m_redis, m_job);
    ASSERT_TRUE(m_store->create_job(1));
  }
  // A store whose answers go through a proxy that can lose them.
  struct Lossy {
    std::unique_ptr<RedisImposter> proxy;
    std::optional<RedisConnection> connection;
    std::optional<PartialStore> store;
  };
  std::unique_ptr<Lossy> lossy_store() {
    auto lossy = std::make_unique<Lossy>();
    const std::string path = s_live->directory->path() / "proxy.sock";
    ::unlink(path.c_str());
    lossy->proxy = RedisImposter::between(path, m_redis->address().path);
    auto connection = RedisConnection::connect(lossy->proxy->address());
    EXPECT_TRUE(connection) << connection.error().message();
    lossy->connection.emplace(std::move(connection).value());
    lossy->store.emplace(*lossy->connection, m_job);
    return lossy;
  }

  std::string m_job = new_job_id();
  std::optional<PartialStore> m_store;
};

TEST_F(CommitRaceTest, ExactlyOneOfEightThreadsCommits) {
  constexpr std::uint32_t k_threads = 8, k_cubes = 25;
  std::vector<std::atomic<int>> committed(k_cubes);
  std::atomic<int> lost{0};
  std::barrier line(k_threads);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t thread = 0; thread < k_threads; ++thread) {
      threads.emplace_back([&, thread] {
        RedisConnection connection = connect();
        PartialStore store(connection, m_job);
        for (std::uint32_t cube = 0; cube < k_cubes; ++cube) {
          line.arrive_and_wait();
          // The same event: nothing tells the records apart but what commit() puts there.
          const auto outcome = store.commit({m_job, "stage", cube}, {1, 1}, {}, as_byte_span("the same"));
          ASSERT_TRUE(outcome) << outcome.error().message();
          if (*outcome == CommitOutcome::committed) ++committed[cube];
          if (*outcome == CommitOutcome::lost_race) ++lost;
        }
      });
    }
  }
  for (const auto& count : committed) EXPECT_EQ(count, 1);
  EXPECT_EQ(lost, static_cast<int>(k_cubes * (k_threads - 1)));
  std::string last = "0";
  EXPECT_EQ(m_store->wait_done(last, std::chrono::milliseconds{0})->size(), k_cubes);
}

TEST_F(CommitRaceTest, WaitDoneWakesWhenACommitComes) {
  std::jthread worker([this] {
    RedisConnection connection = connect();
    PartialStore store(connection, m_job);
    // Not before the waiter is blocked on the server.
    for (;;) {
      const auto clients = connection.command({"INFO", "clients"});
      ASSERT_TRUE(clients);
      if (clients->text.find("blocked_clients:1") != std::string::npos) break;
    }
    ASSERT_TRUE(store.commit({m_job, "stage", 4}, {1, 1}, {}, as_byte_span("x")));
  });
  std::string last = "0";
  const auto begin = std::chrono::steady_clock::now();
  const auto done = m_store->wait_done(last, std::chrono::milliseconds{60000});
  ASSERT_TRUE(done) << done.error().message();
  ASSERT_EQ(done->size(), 1U);
  EXPECT_EQ(done->at(0).cube, 4U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{30});
}

TEST_F(CommitRaceTest, CommitWhoseAnswerIsLostIsStillTheAttemptsOwn) {
  const auto lossy = lossy_store();
  // The script must be known, or the answer that gets lost is that it is not.
  ASSERT_TRUE(lossy->store->commit({m_job, "stage", 0}, {1, 1}, {}, as_byte_span("x")));
  lossy->proxy->lose_next_answer();
  const auto outcome = lossy->store->commit({m_job, "stage", 1}, {1, 1}, {}, as_byte_span("partial"));
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(lossy->proxy->answers_lost(), 1);
  EXPECT_EQ(*outcome, CommitOutcome::committed);
  std::string last = "0";
  EXPECT_EQ(m_store->wait_done(last, std::chrono::milliseconds{0})->size(), 2U)
      << "committed once, told once";
}

TEST_F(CommitRaceTest, LostRaceStaysLostWhenItsAnswerIsLost) {
  const auto lossy = lossy_store();
  ASSERT_TRUE(m_store->commit({m_job, "stage", 1}, {1, 1}, {}, as_byte_span("first")));
  lossy->proxy->lose_next_answer();
  const auto outcome = lossy->store->commit({m_job, "stage", 1}, {1, 2}, {}, as_byte_span("second"));
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_EQ(*outcome, CommitOutcome::lost_race);
  EXPECT_EQ(lossy->proxy->answers_lost(), 1);
}

TEST_F(CommitRaceTest, ReadsSurviveALostAnswer) {
  const auto lossy = lossy_store();
  ASSERT_TRUE(m_store->commit({m_job, "stage", 1}, {1, 1}, {}, as_byte_span("x")));
  lossy->proxy->lose_next_answer();
  const auto records = lossy->store->commit_records("stage");
  ASSERT_TRUE(records) << records.error().message();
  EXPECT_EQ(records->size(), 1U);
  lossy->proxy->lose_next_answer();
  std::string last = "0";
  const auto done = lossy->store->wait_done(last, std::chrono::milliseconds{0});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->size(), 1U);
}

TEST_F(CommitRaceTest, StateIsGoneWithTheServerAndSaidSo) {
  ASSERT_TRUE(m_redis->command({"FLUSHALL"}));
  EXPECT_EQ(m_store->epoch().error().kind(), ErrorKind::not_found);
  EXPECT_EQ(*m_store->commit({m_job, "stage", 1}, {1, 1}, {}, as_byte_span("x")), CommitOutcome::fenced);
}

}  // namespace
}  // namespace fanfold
