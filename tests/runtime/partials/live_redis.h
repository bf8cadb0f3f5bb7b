// A real redis-server for tests: one per test binary, a fresh job per test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "orchestrator/private_redis/private_redis.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/partials/commit.h"

namespace fanfold {

struct LiveRedis {
  std::optional<RunDirectory> directory;
  std::unique_ptr<PrivateRedis> server;

  // Fails the test where the server does not start; skips it where there is none to start.
  static std::unique_ptr<LiveRedis> start() {
    auto live = std::make_unique<LiveRedis>();
    auto directory = RunDirectory::create();
    if (!directory) {
      ADD_FAILURE() << directory.error().message();
      return nullptr;
    }
    live->directory = std::move(directory).value();
    auto server = PrivateRedis::start(live->directory->path());
    if (!server) {
      if (server.error().kind() != ErrorKind::not_found) ADD_FAILURE() << server.error().message();
      return nullptr;
    }
    live->server = std::move(server).value();
    return live;
  }
};

class RedisTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { s_live = LiveRedis::start(); }
  static void TearDownTestSuite() { s_live.reset(); }

  void SetUp() override {
    if (!s_live) GTEST_SKIP() << "redis-server is not installed";
    m_redis.emplace(connect());
  }

  static RedisConnection connect() {
    auto address = RedisAddress::parse(s_live->server->url());
    EXPECT_TRUE(address);
    auto connection = RedisConnection::connect(*address);
    EXPECT_TRUE(connection) << connection.error().message();
    return std::move(connection).value();
  }

  // The integer a command answers.
  std::int64_t number(std::initializer_list<std::string_view> command) {
    const auto reply = m_redis->command(command);
    EXPECT_TRUE(reply) << reply.error().message();
    return reply ? reply->integer : -1;
  }

  static inline std::unique_ptr<LiveRedis> s_live;
  std::optional<RedisConnection> m_redis;
};

}  // namespace fanfold
