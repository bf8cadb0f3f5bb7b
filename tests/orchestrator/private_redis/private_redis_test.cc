#include "orchestrator/private_redis/private_redis.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "orchestrator/process/executable_path.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/core/handle.h"
#include "runtime/partials/redis.h"

namespace fanfold {
namespace {

namespace fs = std::filesystem;

class PrivateRedisTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!find_executable("redis-server")) GTEST_SKIP() << "redis-server is not installed";
    auto directory = RunDirectory::create();
    ASSERT_TRUE(directory) << directory.error().message();
    m_directory.emplace(std::move(directory).value());
  }
  static Result<RedisConnection> connect(const std::string& url) {
    FANFOLD_ASSIGN(const RedisAddress address, RedisAddress::parse(url));
    return RedisConnection::connect(address);
  }
  static std::string setting(RedisConnection& redis, std::string_view name) {
    const auto reply = redis.command({"CONFIG", "GET", name});
    return reply && reply->elements.size() == 2 ? reply->elements[1].text : "unknown";
  }

  std::optional<RunDirectory> m_directory;
};

TEST_F(PrivateRedisTest, ListensOnAPrivateSocketAloneAndKeepsNothing) {
  auto server = PrivateRedis::start(m_directory->path(), {.max_memory_bytes = 64 << 20});
  ASSERT_TRUE(server) << server.error().message();
  auto redis = connect((*server)->url());
  ASSERT_TRUE(redis) << redis.error().message();
  EXPECT_EQ(setting(*redis, "port"), "0");
  EXPECT_EQ(setting(*redis, "save"), "");
  EXPECT_EQ(setting(*redis, "appendonly"), "no");
  EXPECT_EQ(setting(*redis, "maxmemory"), std::to_string(64 << 20));
  EXPECT_EQ(setting(*redis, "maxmemory-policy"), "noeviction");
  struct ::stat status {};
  ASSERT_EQ(::stat((m_directory->path() / "redis.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

TEST_F(PrivateRedisTest, IsGoneAfterStop) {
  auto server = PrivateRedis::start(m_directory->path());
  ASSERT_TRUE(server) << server.error().message();
  const std::string url = (*server)->url();
  ASSERT_TRUE(connect(url));
  (*server)->stop();
  EXPECT_FALSE(connect(url));
  (*server)->stop();
}

TEST_F(PrivateRedisTest, StartsAgainInTheSameDirectory) {
  for (int i = 0; i < 2; ++i) {
    auto server = PrivateRedis::start(m_directory->path());
    ASSERT_TRUE(server) << server.error().message();
    EXPECT_TRUE(connect((*server)->url()));
  }
}

TEST_F(PrivateRedisTest, LivesInADirectoryWithASpaceAndAQuoteInItsName) {
  const fs::path odd = m_directory->path() / "a \"b\" %?";
  fs::create_directory(odd);
  auto server = PrivateRedis::start(odd);
  ASSERT_TRUE(server) << server.error().message();
  EXPECT_TRUE(connect((*server)->url()));
}

// Not a test: what the next one runs as a process of its own, to kill it. Tells the server's process id on
// the descriptor that the environment names.
TEST_F(PrivateRedisTest, DISABLED_HoldsAServer) {
  const char* channel = std::getenv("FANFOLD_TEST_CHANNEL");
  ASSERT_NE(channel, nullptr);
  auto server = PrivateRedis::start(m_directory->path());
  ASSERT_TRUE(server) << server.error().message();
  auto redis = connect((*server)->url());
  ASSERT_TRUE(redis) << redis.error().message();
  const std::string info = redis->command({"INFO", "server"})->text;
  const std::string pid = info.substr(info.find("process_id:") + 11, 12);
  ASSERT_EQ(::write(std::atoi(channel), pid.data(), pid.size()), static_cast<ssize_t>(pid.size()));
  ::pause();
}

TEST_F(PrivateRedisTest, DiesWithAProcessThatIsKilled) {
  std::array<int, 2> channel{};
  ASSERT_EQ(::pipe(channel.data()), 0);
  const UniqueFd reading(channel[0]);
  UniqueFd writing(channel[1]);
  ::setenv("FANFOLD_TEST_CHANNEL", std::to_string(writing.get()).c_str(), 1);
  const pid_t holder = ::fork();
  ASSERT_GE(holder, 0);
  if (holder == 0) {
    ::execl("/proc/self/exe", "holder", "--gtest_filter=*.DISABLED_HoldsAServer",
            "--gtest_also_run_disabled_tests", nullptr);
    ::_exit(127);
  }
  writing.reset();
  std::array<char, 32> text{};
  ASSERT_GT(::read(reading.get(), text.data(), text.size() - 1), 0)
      << "the holder could not start its server";
  const auto server = static_cast<pid_t>(std::strtol(text.data(), nullptr, 10));
  ASSERT_GT(server, 1);
  const UniqueFd watched(static_cast<int>(::syscall(SYS_pidfd_open, server, 0)));
  ASSERT_TRUE(watched);
  ::kill(holder, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(holder, &status, 0), holder);
  pollfd ended{watched.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 10000), 1) << "the server outlived the process that started it";
}

TEST_F(PrivateRedisTest, SaysWhatTheLogSaysWhenTheServerDoesNotStart) {
  // The server cannot put its socket where a folder is.
  fs::create_directory(m_directory->path() / "redis.sock");
  std::ofstream(m_directory->path() / "redis.sock" / "in-the-way") << "x";
  const auto server = PrivateRedis::start(m_directory->path());
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind(), ErrorKind::internal);
  EXPECT_NE(server.error().message().find("its log says"), std::string::npos) << server.error().message();
  EXPECT_NE(server.error().message().find("Failed opening Unix socket"), std::string::npos)
      << server.error().message();
}

TEST_F(PrivateRedisTest, SaysWhatToInstallWhereThereIsNoServer) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", m_directory->path().c_str(), 1);
  const auto server = PrivateRedis::start(m_directory->path());
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind(), ErrorKind::not_found);
  EXPECT_NE(server.error().message().find("apt install redis-server"), std::string::npos);
  EXPECT_NE(server.error().message().find("--redis"), std::string::npos);
}

TEST_F(PrivateRedisTest, RefusesADirectoryThatIsTooDeepForASocket) {
  const fs::path deep = m_directory->path() / std::string(100, 'd');
  fs::create_directory(deep);
  const auto server = PrivateRedis::start(deep);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace fanfold
