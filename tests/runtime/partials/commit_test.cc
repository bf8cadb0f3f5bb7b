#include "runtime/partials/commit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/core/digest.h"
#include "tests/runtime/partials/live_redis.h"
#include "tests/runtime/partials/tls_redis.h"

namespace fanfold {
namespace {

constexpr std::string_view k_stage = "preprocessing";
constexpr std::chrono::milliseconds k_at_once{0};

// Over a Unix socket and over TLS: the protocol does not depend on what carries it.
class PartialStoreTest : public RedisTest, public testing::WithParamInterface<RedisTransport> {
 protected:
  static void SetUpTestSuite() {
    RedisTest::SetUpTestSuite();
    s_tls = TlsRedis::start();
  }
  static void TearDownTestSuite() {
    s_tls.reset();
    RedisTest::TearDownTestSuite();
  }

  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    if (GetParam() == RedisTransport::tls) {
      auto secured = RedisConnection::connect(s_tls->tls_address());
      ASSERT_TRUE(secured) << secured.error().message();
      m_redis.emplace(std::move(secured).value());
    }
    m_store.emplace(*m_redis, m_job, std::chrono::seconds{1000});
    ASSERT_TRUE(m_store->create_job(1));
  }
  CallId call(std::uint32_t cube) const { return {m_job, std::string(k_stage), cube}; }
  std::string key(std::string_view rest) const { return "fanfold:{" + m_job + "}:" + std::string(rest); }

  CommitOutcome commit(std::uint32_t cube, Attempt attempt, std::string_view partial) {
    const auto outcome = m_store->commit(call(cube), attempt, CommitRecord{}, as_byte_span(partial));
    EXPECT_TRUE(outcome) << outcome.error().message();
    return outcome ? *outcome : CommitOutcome::fenced;
  }
  CommitRecord record(std::uint32_t cube) {
    const auto found = m_store->commit_record(k_stage, cube);
    EXPECT_TRUE(found) << found.error().message();
    EXPECT_TRUE(found && found->has_value());
    return found && *found ? **found : CommitRecord{};
  }
  std::string partial(std::uint32_t cube) {
    const auto bytes = m_store->read_partial(k_stage, cube, record(cube));
    return bytes ? std::string(as_text(*bytes)) : bytes.error().message();
  }
  std::vector<std::string> keys() {
    const auto reply = m_redis->command({"KEYS", key("*")});
    std::vector<std::string> names;
    for (const RedisReply& name : reply->elements) names.push_back(name.text);
    std::sort(names.begin(), names.end());
    return names;
  }

  static inline std::unique_ptr<TlsRedis> s_tls;
  std::string m_job = new_job_id();
  std::optional<PartialStore> m_store;
};

TEST_P(PartialStoreTest, CommittedPartialIsReadBack) {
  const std::string bytes("\0\r\n\xff partial", 12);
  CommitRecord given;
  given.writer = "ignored";
  given.parts = {{3, "etag", 77}};
  given.bytes_read = 10;
  given.cpu_seconds = 0.25;
  ASSERT_EQ(*m_store->commit(call(7), {1, 2}, given, as_byte_span(bytes)), CommitOutcome::committed);
  const CommitRecord found = record(7);
  EXPECT_EQ(found.epoch, 1U);
  EXPECT_EQ(found.attempt, 2U);
  EXPECT_EQ(found.partial_bytes, bytes.size());
  EXPECT_EQ(found.partial_sha256, sha256_hex(as_byte_span(bytes)));
  EXPECT_EQ(found.parts, given.parts);
  EXPECT_EQ(found.cpu_seconds, 0.25);
  EXPECT_NE(found.writer, "ignored");
  EXPECT_EQ(partial(7), bytes);
  EXPECT_EQ(partial(7), bytes) << "reading takes nothing away";
  EXPECT_FALSE(m_store->commit_record(k_stage, 8)->has_value());
}

TEST_P(PartialStoreTest, SameEventDeliveredTwiceCommitsOnce) {
  EXPECT_EQ(commit(1, {1, 1}, "result"), CommitOutcome::committed);
  const CommitRecord first = record(1);
  EXPECT_EQ(commit(1, {1, 1}, "result"), CommitOutcome::lost_race);
  EXPECT_EQ(record(1), first);
  std::string last = "0";
  EXPECT_EQ(m_store->wait_done(last, k_at_once)->size(), 1U);
}

TEST_P(PartialStoreTest, LateAttemptChangesNothing) {
  EXPECT_EQ(commit(1, {1, 2}, "of the second"), CommitOutcome::committed);
  EXPECT_EQ(commit(1, {1, 1}, "of the first, late"), CommitOutcome::lost_race);
  EXPECT_EQ(partial(1), "of the second");
  EXPECT_EQ(record(1).attempt, 2U);
}

TEST_P(PartialStoreTest, AttemptOfAnOlderEpochIsFenced) {
  EXPECT_EQ(*m_store->raise_epoch(), 2U);
  EXPECT_EQ(*m_store->epoch(), 2U);
  EXPECT_EQ(commit(1, {1, 1}, "old"), CommitOutcome::fenced);
  EXPECT_FALSE(m_store->commit_record(k_stage, 1)->has_value());
  EXPECT_EQ(number({"EXISTS", key("partial:preprocessing"), key("done")}), 0);
  EXPECT_EQ(*m_store->note_start(call(1), {1, 1}), CallStanding::fenced);
  EXPECT_EQ(*m_store->heartbeat(call(1), {1, 1}), CallStanding::fenced);
  EXPECT_EQ(commit(1, {2, 1}, "new"), CommitOutcome::committed);
  EXPECT_EQ(commit(1, {1, 1}, "old"), CommitOutcome::fenced);
  EXPECT_EQ(partial(1), "new");
}

TEST_P(PartialStoreTest, CommitOfAnOlderEpochStaysValid) {
  EXPECT_EQ(commit(1, {1, 1}, "kept"), CommitOutcome::committed);
  ASSERT_TRUE(m_store->raise_epoch());
  EXPECT_EQ(commit(1, {2, 1}, "again"), CommitOutcome::lost_race);
  EXPECT_EQ(partial(1), "kept");
}

TEST_P(PartialStoreTest, NothingIsCommittedToAJobThatIsGone) {
  EXPECT_EQ(commit(1, {1, 1}, "x"), CommitOutcome::committed);
  ASSERT_TRUE(m_store->remove_job());
  EXPECT_TRUE(keys().empty());
  EXPECT_TRUE(m_store->remove_job()) << "none there is fine";
  EXPECT_EQ(commit(2, {1, 1}, "late"), CommitOutcome::fenced);
  EXPECT_EQ(*m_store->note_start(call(2), {1, 1}), CallStanding::fenced);
  EXPECT_TRUE(keys().empty()) << "a late attempt leaves no key behind";
  EXPECT_EQ(m_store->epoch().error().kind(), ErrorKind::not_found);
  EXPECT_EQ(m_store->raise_epoch().error().kind(), ErrorKind::not_found);
  EXPECT_EQ(m_store->refresh_ttl().error().kind(), ErrorKind::not_found);
}

TEST_P(PartialStoreTest, JobIsCreatedOnce) {
  const Status again = m_store->create_job(1);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind(), ErrorKind::invalid_argument);
}

TEST_P(PartialStoreTest, RemovingAJobLeavesTheOthers) {
  PartialStore neighbour(*m_redis, m_job + "2", std::chrono::seconds{1000});
  ASSERT_TRUE(neighbour.create_job(9));
  ASSERT_TRUE(m_store->remove_job());
  EXPECT_EQ(*neighbour.epoch(), 9U);
  ASSERT_TRUE(neighbour.remove_job());
}

TEST_P(PartialStoreTest, TruncatedOrModifiedPartialIsNoticed) {
  commit(1, {1, 1}, "0123456789");
  const CommitRecord found = record(1);
  for (const char* damaged : {"01234", "0123456788", "", "0123456789x"}) {
    number({"HSET", key("partial:preprocessing"), "1", damaged});
    const auto read = m_store->read_partial(k_stage, 1, found);
    ASSERT_FALSE(read) << damaged;
    EXPECT_EQ(read.error().kind(), ErrorKind::corrupt_data);
    EXPECT_NE(read.error().message().find("preprocessing, cube 1"), std::string::npos)
        << read.error().message();
  }
  EXPECT_EQ(number({"HDEL", key("partial:preprocessing"), "1"}), 1);
  EXPECT_EQ(m_store->read_partial(k_stage, 1, found).error().kind(), ErrorKind::not_found);
}

TEST_P(PartialStoreTest, DamagedRecordIsNoticed) {
  commit(1, {1, 1}, "x");
  number({"HSET", key("commit:preprocessing"), "1", "{}"});
  EXPECT_EQ(m_store->commit_record(k_stage, 1).error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(m_store->commit_records(k_stage).error().kind(), ErrorKind::corrupt_data);
  number({"HSET", key("started:preprocessing"), "1", "1 x 2 3"});
  EXPECT_EQ(m_store->start_notes(k_stage).error().kind(), ErrorKind::corrupt_data);
}

TEST_P(PartialStoreTest, RevokedCallCanBeCommittedAgain) {
  commit(1, {1, 1}, "lost");
  commit(2, {1, 1}, "other");
  ASSERT_TRUE(m_store->revoke(k_stage, 1, 1));
  EXPECT_FALSE(m_store->commit_record(k_stage, 1)->has_value());
  EXPECT_EQ(number({"HEXISTS", key("partial:preprocessing"), "1"}), 0);
  EXPECT_EQ(commit(1, {1, 2}, "again"), CommitOutcome::committed);
  EXPECT_EQ(partial(1), "again");
  EXPECT_EQ(partial(2), "other");
}

TEST_P(PartialStoreTest, OnlyTheEpochsOwnerRevokes) {
  commit(1, {1, 1}, "x");
  ASSERT_TRUE(m_store->raise_epoch());
  const Status revoked = m_store->revoke(k_stage, 1, 1);
  ASSERT_FALSE(revoked);
  EXPECT_EQ(revoked.error().kind(), ErrorKind::cancelled);
  EXPECT_EQ(partial(1), "x");
}

TEST_P(PartialStoreTest, ReleaseDropsThePartialAndKeepsTheCommit) {
  commit(1, {1, 1}, "x");
  ASSERT_TRUE(m_store->release_partial(k_stage, 1));
  ASSERT_TRUE(m_store->release_partial(k_stage, 1));
  EXPECT_EQ(m_store->read_partial(k_stage, 1, record(1)).error().kind(), ErrorKind::not_found);
  EXPECT_EQ(commit(1, {1, 2}, "y"), CommitOutcome::lost_race);
}

TEST_P(PartialStoreTest, EveryKeyHasATimeToLiveAndItIsRefreshed) {
  ASSERT_TRUE(m_store->note_start(call(1), {1, 1}));
  commit(1, {1, 1}, "x");
  const std::vector<std::string> expected = {key("commit:preprocessing"), key("done"), key("epoch"),
                                             key("partial:preprocessing"), key("started:preprocessing")};
  EXPECT_EQ(keys(), expected);
  for (const std::string& name : expected) {
    EXPECT_GT(number({"TTL", name}), 900) << name;
    EXPECT_EQ(number({"EXPIRE", name, "50"}), 1);
  }
  ASSERT_TRUE(m_store->refresh_ttl());
  for (const std::string& name : expected) EXPECT_GT(number({"TTL", name}), 900) << name;
}

TEST_P(PartialStoreTest, CommitAndHeartbeatKeepTheJobAlive) {
  for (const bool by_commit : {false, true}) {
    EXPECT_EQ(number({"EXPIRE", key("epoch"), "50"}), 1);
    if (by_commit) {
      commit(1, {1, 1}, "x");
    } else {
      ASSERT_TRUE(m_store->heartbeat(call(1), {1, 1}));
    }
    EXPECT_GT(number({"TTL", key("epoch")}), 900);
  }
}

TEST_P(PartialStoreTest, StartsAndHeartbeatsAreNoted) {
  EXPECT_EQ(*m_store->note_start(call(1), {1, 1}), CallStanding::open);
  const StartNote first = m_store->start_notes(k_stage)->at(1);
  EXPECT_EQ(first.attempt.number, 1U);
  EXPECT_EQ(first.started, first.heartbeat);
  EXPECT_GT(first.started, std::chrono::hours{24 * 365 * 50});
  // The server's clock moves by itself: it is asked until it has.
  StartNote later = first;
  while (later.heartbeat == first.heartbeat) {
    ASSERT_EQ(*m_store->heartbeat(call(1), {1, 1}), CallStanding::open);
    later = m_store->start_notes(k_stage)->at(1);
  }
  EXPECT_EQ(later.started, first.started);

  EXPECT_EQ(*m_store->note_start(call(1), {1, 2}), CallStanding::open);
  EXPECT_EQ(*m_store->heartbeat(call(1), {1, 1}), CallStanding::open);
  EXPECT_EQ(m_store->start_notes(k_stage)->at(1).attempt.number, 2U)
      << "an older attempt does not take the note back";

  commit(1, {1, 1}, "x");
  EXPECT_EQ(*m_store->note_start(call(1), {1, 3}), CallStanding::already_committed);
  EXPECT_EQ(*m_store->heartbeat(call(1), {1, 2}), CallStanding::already_committed);
}

TEST_P(PartialStoreTest, PartialInScratchIsNamedByTheRecord) {
  CommitRecord given;
  given.scratch_key = "scratch/preprocessing-1";
  given.partial_bytes = 5 << 20;
  given.partial_sha256 = sha256_hex(as_byte_span("the large partial"));
  ASSERT_EQ(*m_store->commit(call(1), {1, 1}, given, {}), CommitOutcome::committed);
  EXPECT_EQ(record(1).scratch_key, given.scratch_key);
  EXPECT_EQ(record(1).partial_bytes, given.partial_bytes);
  EXPECT_EQ(number({"EXISTS", key("partial:preprocessing")}), 0);
  EXPECT_EQ(m_store->read_partial(k_stage, 1, record(1)).error().kind(), ErrorKind::internal);
}

TEST_P(PartialStoreTest, WhatCannotBeReadBackIsNotCommitted) {
  CommitRecord without_digest;
  without_digest.scratch_key = "scratch/1";
  EXPECT_EQ(m_store->commit(call(1), {1, 1}, without_digest, {}).error().kind(), ErrorKind::internal);
  EXPECT_FALSE(m_store->commit(call(1), {1, 1}, without_digest, as_byte_span("both")));
  const std::string large(k_max_inline_partial_bytes + 1, 'x');
  EXPECT_FALSE(m_store->commit(call(1), {1, 1}, {}, as_byte_span(large)));
  EXPECT_FALSE(m_store->commit({"another-job", "s", 1}, {1, 1}, {}, {}));
  EXPECT_FALSE(m_store->commit({m_job, "no:stage", 1}, {1, 1}, {}, {}));
  EXPECT_EQ(keys(), std::vector<std::string>{key("epoch")});
  EXPECT_EQ(commit(1, {1, 1}, std::string_view(large).substr(1)), CommitOutcome::committed);
  EXPECT_EQ(commit(2, {1, 1}, ""), CommitOutcome::committed);
  EXPECT_EQ(partial(2), "");
}

TEST_P(PartialStoreTest, CommitWorksAfterTheServerForgotItsScripts) {
  for (std::uint32_t cube = 0; cube < 3; ++cube) {
    ASSERT_TRUE(m_redis->command({"SCRIPT", "FLUSH"}));
    EXPECT_EQ(commit(cube, {1, 1}, "x"), CommitOutcome::committed);
    EXPECT_EQ(*m_store->note_start(call(cube), {1, 1}), CallStanding::already_committed);
  }
  ASSERT_TRUE(m_redis->command({"SCRIPT", "FLUSH"}));
  EXPECT_TRUE(m_store->revoke(k_stage, 1, 1));
  EXPECT_EQ(m_store->commit_records(k_stage)->size(), 2U);
}

TEST_P(PartialStoreTest, DoneTellsEachCommitAndMovesOn) {
  commit(1, {1, 1}, "x");
  commit(2, {1, 1}, "x");
  std::string last = "0";
  const auto first = m_store->wait_done(last, k_at_once);
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(*first, (std::vector<Done>{{std::string(k_stage), 1}, {std::string(k_stage), 2}}));
  EXPECT_TRUE(m_store->wait_done(last, k_at_once)->empty());
  EXPECT_TRUE(m_store->wait_done(last, std::chrono::milliseconds{10})->empty());
  commit(3, {1, 1}, "x");
  EXPECT_EQ(m_store->wait_done(last, k_at_once)->at(0).cube, 3U);
}

TEST_P(PartialStoreTest, CommitRecordsAreInTheOrderOfCubes) {
  for (const std::uint32_t cube : {11U, 2U, 4294967295U}) commit(cube, {1, cube % 7}, std::to_string(cube));
  const auto records = m_store->commit_records(k_stage);
  ASSERT_TRUE(records);
  std::vector<std::uint32_t> cubes;
  for (const auto& [cube, found] : *records) {
    cubes.push_back(cube);
    EXPECT_EQ(found.attempt, cube % 7);
  }
  EXPECT_EQ(cubes, (std::vector<std::uint32_t>{2, 11, 4294967295}));
  EXPECT_TRUE(m_store->commit_records("another_stage")->empty());
}

TEST_P(PartialStoreTest, FullServerRefusesTheCommitAndKeepsNothingOfIt) {
  ASSERT_TRUE(m_redis->command({"CONFIG", "SET", "maxmemory", "1"}));
  const auto refused = m_store->commit(call(1), {1, 1}, {}, as_byte_span("x"));
  ASSERT_TRUE(m_redis->command({"CONFIG", "SET", "maxmemory", "1gb"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::transient);
  EXPECT_NE(refused.error().message().find("maxmemory"), std::string::npos) << refused.error().message();
  EXPECT_EQ(keys(), std::vector<std::string>{key("epoch")});
}

INSTANTIATE_TEST_SUITE_P(Over, PartialStoreTest,
                         testing::Values(RedisTransport::unix_socket, RedisTransport::tls),
                         [](const auto& transport) {
                           return transport.param == RedisTransport::tls ? "Tls" : "UnixSocket";
                         });

}  // namespace
}  // namespace fanfold
