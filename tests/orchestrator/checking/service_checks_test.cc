// Redis and function hosts, found and not found.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "orchestrator/private_redis/private_redis.h"
#include "orchestrator/process/executable_path.h"
#include "orchestrator/run_directory/run_directory.h"
#include "runtime/net/socket.h"
#include "runtime/partials/redis.h"
#include "tests/orchestrator/checking/check_fixture.h"

namespace fanfold::checking {
namespace {

using testing::HasSubstr;
using testing::Not;

class RedisCheckTest : public CheckTest {
 protected:
  void SetUp() override {
    CheckTest::SetUp();
    if (!find_executable("redis-server")) GTEST_SKIP() << "redis-server is not installed";
    auto directory = RunDirectory::create();
    ASSERT_TRUE(directory) << directory.error().message();
    m_directory.emplace(std::move(*directory));
    auto server = PrivateRedis::start(m_directory->path());
    ASSERT_TRUE(server) << server.error().message();
    m_server = std::move(*server);
    m_options.redis_url = m_server->url();
  }
  void command(std::initializer_list<std::string_view> words) const {
    auto redis = RedisConnection::connect(*RedisAddress::parse(m_server->url()));
    ASSERT_TRUE(redis) << redis.error().message();
    const auto reply = redis->command(words);
    ASSERT_TRUE(reply) << reply.error().message();
  }
  std::optional<RunDirectory> m_directory;
  std::unique_ptr<PrivateRedis> m_server;
};

TEST_F(RedisCheckTest, TriesAServer) {
  run();
  EXPECT_EQ(find("Redis").outcome, Outcome::ok);
  EXPECT_THAT(find("Redis").detail, HasSubstr("version "));
  EXPECT_EQ(find("Redis memory").outcome, Outcome::ok);
  EXPECT_EQ(find("Redis commands").outcome, Outcome::ok);
  auto redis = RedisConnection::connect(*RedisAddress::parse(m_server->url()));
  ASSERT_TRUE(redis);
  EXPECT_EQ(redis->command({"DBSIZE"})->integer, 0) << "a key was left behind";
}

TEST_F(RedisCheckTest, NotesAServerThatForgets) {
  command({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  run();
  EXPECT_EQ(find("Redis memory").outcome, Outcome::note);
  EXPECT_THAT(find("Redis memory").detail, HasSubstr("allkeys-lru"));
}

TEST_F(RedisCheckTest, RefusesAWrongPasswordAndKeepsItToItself) {
  command({"CONFIG", "SET", "requirepass", "the right password"});
  const std::string path = m_server->url().substr(std::string("unix://").size());
  for (const char* url : {"unix://{}", "unix://:dont-tell-this@{}"}) {
    m_options.redis_url = fmt::format(fmt::runtime(url), path);
    run();
    EXPECT_EQ(find("Redis").outcome, Outcome::failed) << url;
    EXPECT_THAT(text(), Not(HasSubstr("dont-tell-this")));
  }
}

TEST_F(RedisCheckTest, FindsAnAccountThatMayNotRunScripts) {
  command({"ACL", "SETUSER", "default", "-eval"});
  run();
  EXPECT_EQ(find("Redis").outcome, Outcome::ok);
  EXPECT_EQ(find("Redis commands").outcome, Outcome::failed);
  EXPECT_EQ(find("Redis commands").kind, ErrorKind::permission_denied);
}

// An address at which nobody listens: it was free a moment ago.
std::string dead_address() {
  const auto listener = listen_tcp("127.0.0.1:0");
  return listener ? *local_address(listener->get()) : std::string();
}

class ServiceCheckTest : public CheckTest {};

TEST_F(ServiceCheckTest, TellsThatNobodyAnswers) {
  m_options.redis_url = "redis://" + dead_address();
  m_options.endpoint = "http://" + dead_address();
  run();
  EXPECT_EQ(find("Redis").kind, ErrorKind::transient);
  EXPECT_EQ(find("function host").kind, ErrorKind::transient);
  EXPECT_THAT(find("function host").detail, HasSubstr("--endpoint"));
  EXPECT_EQ(find("fanfold-runtime").outcome, Outcome::skipped);
}

TEST_F(ServiceCheckTest, RefusesAddressesThatAreNone) {
  m_options.redis_url = "http://user:hunter22@redis";
  m_options.endpoint = "http://user:hunter22@host";
  run();
  EXPECT_EQ(find("Redis").kind, ErrorKind::invalid_argument);
  EXPECT_EQ(find("function host").kind, ErrorKind::invalid_argument);
  EXPECT_THAT(text(), Not(HasSubstr("hunter22")));
}

TEST_F(ServiceCheckTest, TakesAnyAnswerOfAFunctionHost) {
  const auto listener = listen_tcp("127.0.0.1:0");
  ASSERT_TRUE(listener);
  const auto address = local_address(listener->get());
  ASSERT_TRUE(address);
  std::jthread server([&listener] {
    ::pollfd ready{listener->get(), POLLIN, 0};
    if (::poll(&ready, 1, 10'000) != 1) return;
    const UniqueFd peer(::accept(listener->get(), nullptr, nullptr));
    char request[4'096];
    if (::read(peer.get(), request, sizeof request) <= 0) return;
    const std::string_view answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(::write(peer.get(), answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
  });
  m_options.endpoint = "http://" + *address;
  m_options.function_name = "image-function";
  run();
  EXPECT_EQ(find("function host").outcome, Outcome::ok) << find("function host").detail;
  EXPECT_THAT(find("function host").detail, HasSubstr("status 403"));
  EXPECT_THAT(find("function host").detail, HasSubstr("'image-function' was not invoked"));
}

}  // namespace
}  // namespace fanfold::checking
