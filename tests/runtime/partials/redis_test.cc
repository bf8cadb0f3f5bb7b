#include "runtime/partials/redis.h"

#include <gtest/gtest.h>

#include "tests/runtime/partials/live_redis.h"
#include "tests/runtime/partials/redis_imposter.h"

namespace fanfold {
namespace {

using namespace std::string_view_literals;
using RedisConnectionTest = RedisTest;

TEST_F(RedisConnectionTest, ValuesAreAnyBytes) {
  std::string value;
  for (int i = 0; i < 70000; ++i) value += static_cast<char>(i * 7);
  ASSERT_TRUE(m_redis->command({"SET", "k\r\n\0k"sv, value}));
  const auto reply = m_redis->command({"GET", "k\r\n\0k"sv});
  ASSERT_TRUE(reply);
  ASSERT_TRUE(reply->is_text());
  EXPECT_TRUE(reply->text == value);
  EXPECT_TRUE(m_redis->command({"GET", "missing"})->is_nil());
}

TEST_F(RedisConnectionTest, RepliesOfAllTypesAreTaken) {
  EXPECT_EQ(m_redis->command({"PING"})->text, "PONG");
  const auto nested = m_redis->command({"EVAL", "return {1, 'two', {3, false}}", "0"});
  ASSERT_TRUE(nested);
  ASSERT_EQ(nested->elements.size(), 3U);
  EXPECT_EQ(nested->elements[0].integer, 1);
  EXPECT_EQ(nested->elements[1].text, "two");
  EXPECT_TRUE(nested->elements[2].elements[1].is_nil());
  EXPECT_EQ(m_redis->command({"ECHO", ""})->text, "");
}

TEST_F(RedisConnectionTest, ErrorRepliesHaveTheirKind) {
  EXPECT_EQ(m_redis->command({"EVALSHA", "0000000000000000000000000000000000000000", "0"}).error().kind(),
            ErrorKind::not_found);
  ASSERT_TRUE(m_redis->command({"SET", "text", "x"}));
  EXPECT_EQ(m_redis->command({"HGET", "text", "f"}).error().kind(), ErrorKind::corrupt_data);
  const auto unknown = m_redis->command({"NOSUCHCOMMAND", "hunter2"});
  EXPECT_EQ(unknown.error().kind(), ErrorKind::internal);
  EXPECT_EQ(unknown.error().message().find("hunter2"), std::string::npos) << unknown.error().message();
  EXPECT_TRUE(m_redis->command({"PING"})) << "the connection is as good as before";
}

TEST_F(RedisConnectionTest, CountsTheBytesOnTheWire) {
  const RedisTraffic before = m_redis->traffic();
  ASSERT_TRUE(m_redis->command({"ECHO", "hello"}));
  const RedisTraffic after = m_redis->traffic();
  EXPECT_EQ(after.commands - before.commands, 1U);
  EXPECT_EQ(after.bytes_sent - before.bytes_sent, "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n"sv.size());
  EXPECT_EQ(after.bytes_received - before.bytes_received, "$5\r\nhello\r\n"sv.size());
}

TEST_F(RedisConnectionTest, ConnectsAnewAfterTheConnectionWasLost) {
  const auto id = m_redis->command({"CLIENT", "ID"});
  ASSERT_TRUE(id);
  RedisConnection other = connect();
  ASSERT_TRUE(other.command({"CLIENT", "KILL", "ID", std::to_string(id->integer)}));
  const auto lost = m_redis->command({"PING"});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind(), ErrorKind::transient);
  EXPECT_TRUE(m_redis->command({"PING"}));
  EXPECT_NE(m_redis->command({"CLIENT", "ID"})->integer, id->integer);
  EXPECT_TRUE(m_redis->reconnect());
}

TEST_F(RedisConnectionTest, UsesTheDatabaseOfTheUrl) {
  auto address = RedisAddress::parse(s_live->server->url() + "?db=5");
  ASSERT_TRUE(address);
  auto fifth = RedisConnection::connect(*address);
  ASSERT_TRUE(fifth);
  ASSERT_TRUE(fifth->command({"SET", "only-in-five", "x"}));
  EXPECT_EQ(number({"EXISTS", "only-in-five"}), 0);
  address->database = 5000;
  EXPECT_FALSE(RedisConnection::connect(*address));
}

TEST(RedisConnection, PasswordIsNeededAndNeverShown) {
  const auto live = LiveRedis::start();
  if (!live) GTEST_SKIP() << "redis-server is not installed";
  auto address = *RedisAddress::parse(live->server->url());
  // A password that the server does not ask for does no harm.
  address.password = "hunter2";
  auto first = RedisConnection::connect(address);
  ASSERT_TRUE(first) << first.error().message();
  ASSERT_TRUE(first->command({"CONFIG", "SET", "requirepass", "hunter2"}));

  EXPECT_TRUE(RedisConnection::connect(address));
  for (const char* wrong : {"", "wrong-hunter3"}) {
    address.password = wrong;
    const auto refused = RedisConnection::connect(address);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::permission_denied);
    EXPECT_EQ(refused.error().message().find("hunter"), std::string::npos) << refused.error().message();
    EXPECT_NE(refused.error().message().find(k_redis_password_variable), std::string::npos);
  }
}

TEST(RedisConnection, AServerThatQuotesTheArgumentsOfAuthDoesNotLeakThem) {
  const auto directory = RunDirectory::create();
  ASSERT_TRUE(directory);
  const auto imposter = RedisImposter::answering(directory->path() / "redis.sock",
                                                 "-ERR unknown command 'AUTH', with args: 'hunter2'\r\n");
  RedisAddress address = imposter->address();
  address.password = "hunter2";
  const auto refused = RedisConnection::connect(address);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message().find("hunter2"), std::string::npos) << refused.error().message();
}

TEST(RedisConnection, SaysWhereItCouldNotConnect) {
  const auto tcp = RedisConnection::connect(*RedisAddress::parse("redis://:hunter2@127.0.0.1:1"));
  ASSERT_FALSE(tcp);
  EXPECT_EQ(tcp.error().kind(), ErrorKind::transient);
  EXPECT_NE(tcp.error().message().find("redis://127.0.0.1:1"), std::string::npos) << tcp.error().message();
  EXPECT_EQ(tcp.error().message().find("hunter2"), std::string::npos);

  const auto missing = RedisConnection::connect(*RedisAddress::parse("unix:///nowhere/redis.sock"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("unix:///nowhere/redis.sock"), std::string::npos);

  const auto unknown = RedisConnection::connect(*RedisAddress::parse("rediss://no-such-host.invalid"));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message().find("rediss://no-such-host.invalid:6379"), std::string::npos);
}

TEST(RedisConnection, WhatIsNoRedisIsRecognised) {
  const auto directory = RunDirectory::create();
  ASSERT_TRUE(directory);
  const RedisTimeouts soon{std::chrono::milliseconds{1000}, std::chrono::milliseconds{50}};

  const auto web = RedisImposter::answering(directory->path() / "web", "HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(RedisConnection::connect(web->address(), soon).error().kind(), ErrorKind::corrupt_data);
  const auto mute = RedisImposter::answering(directory->path() / "mute", "");
  EXPECT_EQ(RedisConnection::connect(mute->address(), soon).error().kind(), ErrorKind::timeout);
  const auto closing = RedisImposter::answering(directory->path() / "closing", "close");
  EXPECT_EQ(RedisConnection::connect(closing->address(), soon).error().kind(), ErrorKind::transient);
  const auto loading = RedisImposter::answering(directory->path() / "loading", "-LOADING wait\r\n");
  EXPECT_EQ(RedisConnection::connect(loading->address(), soon).error().kind(), ErrorKind::transient);
}

}  // namespace
}  // namespace fanfold
