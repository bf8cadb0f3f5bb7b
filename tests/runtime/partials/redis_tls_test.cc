#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <random>
#include <thread>

#include "runtime/partials/redis.h"
#include "tests/runtime/partials/tls_redis.h"

namespace fanfold {
namespace {

using namespace std::string_view_literals;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using Milliseconds = std::chrono::milliseconds;

constexpr RedisTimeouts k_soon{Milliseconds{300}, Milliseconds{300}};
constexpr std::size_t k_large_bytes = std::size_t{8} << 20;

class RedisTlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { s_redis = TlsRedis::start(); }
  static void TearDownTestSuite() { s_redis.reset(); }
  void SetUp() override {
    if (!s_redis) GTEST_SKIP() << "redis-server is not installed";
  }

  static RedisConnection connect() {
    auto connection = RedisConnection::connect(s_redis->tls_address());
    EXPECT_TRUE(connection) << connection.error().message();
    return std::move(connection).value();
  }
  static Error refusal(const RedisAddress& address, RedisTimeouts timeouts = {}) {
    const auto connection = RedisConnection::connect(address, timeouts);
    EXPECT_FALSE(connection);
    return connection ? Error(ErrorKind::internal, "connected") : connection.error();
  }

  static inline std::unique_ptr<TlsRedis> s_redis;
};

std::string random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST_F(RedisTlsTest, LargeBinaryValuesTravelBothWays) {
  RedisConnection redis = connect();
  const std::string value = random_bytes(k_large_bytes, 1);
  ASSERT_TRUE(redis.command({"SET", "k\r\n\0k"sv, value}));
  const auto reply = redis.command({"GET", "k\r\n\0k"sv});
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_TRUE(reply->text == value);
  EXPECT_GE(redis.traffic().bytes_sent, k_large_bytes);
  EXPECT_GE(redis.traffic().bytes_received, k_large_bytes);
  EXPECT_EQ(redis.command({"ECHO", ""})->text, "");
}

TEST_F(RedisTlsTest, CountsTheBytesOfTheProtocolAlone) {
  RedisConnection redis = connect();
  const RedisTraffic before = redis.traffic();
  ASSERT_TRUE(redis.command({"ECHO", "hello"}));
  const RedisTraffic after = redis.traffic();
  EXPECT_EQ(after.commands - before.commands, 1U);
  EXPECT_EQ(after.bytes_sent - before.bytes_sent, "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n"sv.size());
  EXPECT_EQ(after.bytes_received - before.bytes_received, "$5\r\nhello\r\n"sv.size());
}

TEST_F(RedisTlsTest, NamesAndNumbersOfTheCertificateAreAccepted) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    EXPECT_TRUE(RedisConnection::connect(s_redis->tls_address(host))) << host;
  }
}

TEST_F(RedisTlsTest, DatabaseOfTheUrlIsUsed) {
  RedisAddress address = s_redis->tls_address();
  address.database = 5;
  auto fifth = RedisConnection::connect(address);
  ASSERT_TRUE(fifth) << fifth.error().message();
  ASSERT_TRUE(fifth->command({"SET", "only-in-five", "x"}));
  EXPECT_EQ(connect().command({"EXISTS", "only-in-five"})->integer, 0);
}

TEST_F(RedisTlsTest, AuthorityThatIsNotTrustedIsRefused) {
  const auto other = TestAuthority::create(s_redis->directory(), "other");
  RedisAddress address = s_redis->tls_address();
  for (const std::string& ca_file : {other->certificate().native(), std::string()}) {
    address.ca_file = ca_file;
    const Error error = refusal(address);
    EXPECT_EQ(error.kind(), ErrorKind::permission_denied);
    EXPECT_THAT(error.message(), HasSubstr(address.shown()));
    EXPECT_THAT(error.message(), HasSubstr("self-signed certificate in certificate chain"));
    EXPECT_THAT(error.message(), HasSubstr("FANFOLD_CA_FILE"));
  }
}

TEST_F(RedisTlsTest, CertificateForAnotherNameIsRefused) {
  s_redis->show(s_redis->authority().issue("elsewhere", "DNS:redis.example,DNS:*.0.1,IP:127.0.0.2"));
  const Error number = refusal(s_redis->tls_address());
  EXPECT_EQ(number.kind(), ErrorKind::permission_denied);
  EXPECT_THAT(number.message(), HasSubstr("IP address mismatch"));
  const Error name = refusal(s_redis->tls_address("localhost"));
  EXPECT_EQ(name.kind(), ErrorKind::permission_denied);
  EXPECT_THAT(name.message(), HasSubstr("ostname mismatch"));
  s_redis->show(s_redis->authority().issue("server"));
  EXPECT_TRUE(RedisConnection::connect(s_redis->tls_address()));
}

TEST_F(RedisTlsTest, ExpiredCertificateIsRefused) {
  s_redis->show(s_redis->authority().issue("expired", k_local_names, std::chrono::seconds{60}));
  const Error error = refusal(s_redis->tls_address());
  EXPECT_EQ(error.kind(), ErrorKind::permission_denied);
  EXPECT_THAT(error.message(), HasSubstr("certificate has expired"));
  EXPECT_THAT(error.message(), HasSubstr("clock"));
  s_redis->show(s_redis->authority().issue("server"));
}

TEST_F(RedisTlsTest, FileOfCertificatesThatIsNoneIsNamed) {
  RedisAddress address = s_redis->tls_address();
  const std::string garbage = s_redis->directory() / "garbage.pem";
  std::ofstream(garbage) << "no certificate\n";
  const std::pair<std::string, std::string> expectations[] = {
      {garbage, "no certificate"}, {"/nowhere/ca.pem", "No such file or directory"}};
  for (const auto& [path, reason] : expectations) {
    address.ca_file = path;
    const Error error = refusal(address);
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.message(), HasSubstr("'" + path + "': " + reason));
    EXPECT_THAT(error.message(), HasSubstr("SSL_CERT_FILE"));
  }
}

TEST_F(RedisTlsTest, OldProtocolsAreRefused) {
  RedisConnection administrator = s_redis->administrator();
  // Level 0 lets the server itself speak what is too old for us.
  ASSERT_TRUE(administrator.command(
      {"CONFIG", "SET", "tls-protocols", "TLSv1.1", "tls-ciphers", "DEFAULT@SECLEVEL=0"}));
  const Error error = refusal(s_redis->tls_address());
  EXPECT_EQ(error.kind(), ErrorKind::corrupt_data);
  EXPECT_THAT(error.message(), HasSubstr("TLS 1.2"));
  ASSERT_TRUE(administrator.command({"CONFIG", "SET", "tls-protocols", "TLSv1.2", "tls-ciphers", ""}));
  EXPECT_TRUE(RedisConnection::connect(s_redis->tls_address()));
  ASSERT_TRUE(administrator.command({"CONFIG", "SET", "tls-protocols", ""}));
}

TEST_F(RedisTlsTest, ServerThatWantsOurCertificateIsUnderstood) {
  RedisConnection administrator = s_redis->administrator();
  for (const char* protocol : {"TLSv1.2", "TLSv1.3"}) {
    ASSERT_TRUE(
        administrator.command({"CONFIG", "SET", "tls-protocols", protocol, "tls-auth-clients", "yes"}));
    const Error error = refusal(s_redis->tls_address());
    // With TLS 1.3 we learn it after our first command, by an alert or by the end of the connection.
    EXPECT_THAT(error.kind(), AnyOf(ErrorKind::permission_denied, ErrorKind::transient)) << protocol;
    EXPECT_THAT(error.message(), HasSubstr("tls-auth-clients no"));
  }
  ASSERT_TRUE(administrator.command({"CONFIG", "SET", "tls-protocols", "", "tls-auth-clients", "no"}));
}

TEST_F(RedisTlsTest, UsersAreKnownByNameAndPassword) {
  RedisConnection administrator = s_redis->administrator();
  ASSERT_TRUE(administrator.command({"ACL", "SETUSER", "mira", "on", ">hunter2", "~*", "+@all"}));
  RedisAddress address = s_redis->tls_address();
  address.user = "mira";
  address.password = "hunter2";
  auto connection = RedisConnection::connect(address);
  ASSERT_TRUE(connection) << connection.error().message();
  EXPECT_EQ(connection->command({"ACL", "WHOAMI"})->text, "mira");
  for (const auto& [user, password] : {std::pair("mira", "hunter3"), std::pair("mirabel", "hunter2")}) {
    address.user = user;
    address.password = password;
    const Error error = refusal(address);
    EXPECT_EQ(error.kind(), ErrorKind::permission_denied);
    EXPECT_THAT(error.message(), Not(AnyOf(HasSubstr("mira"), HasSubstr("hunter"))));
    EXPECT_THAT(error.message(), HasSubstr(s_redis->tls_address().shown()));
  }
}

TEST_F(RedisTlsTest, PasswordOfTheDefaultUserIsNeeded) {
  RedisConnection administrator = s_redis->administrator();
  ASSERT_TRUE(administrator.command({"CONFIG", "SET", "requirepass", "hunter2"}));
  RedisAddress address = s_redis->tls_address();
  address.password = "hunter2";
  EXPECT_TRUE(RedisConnection::connect(address));
  for (const char* wrong : {"", "hunter3"}) {
    address.password = wrong;
    const Error error = refusal(address);
    EXPECT_EQ(error.kind(), ErrorKind::permission_denied);
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter")));
    EXPECT_THAT(error.message(), HasSubstr(k_redis_password_variable));
  }
  ASSERT_TRUE(administrator.command({"CONFIG", "SET", "requirepass", ""}));
}

TEST_F(RedisTlsTest, ConnectsAnewAfterTheServerWasStartedAgain) {
  RedisConnection redis = connect();
  s_redis->kill();
  const auto lost = redis.command({"PING"});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind(), ErrorKind::transient);
  EXPECT_EQ(redis.command({"PING"}).error().kind(), ErrorKind::transient) << "nobody listens";
  ASSERT_TRUE(s_redis->launch());
  const auto again = redis.command({"PING"});
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->text, "PONG");
}

TEST_F(RedisTlsTest, DeadlineHoldsWhenTheServerStalls) {
  auto redis = RedisConnection::connect(s_redis->tls_address(), k_soon);
  ASSERT_TRUE(redis);
  s_redis->stall();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(redis->command({"PING"}).error().kind(), ErrorKind::timeout);
  const Error handshake = refusal(s_redis->tls_address(), k_soon);
  const auto taken = std::chrono::steady_clock::now() - begin;
  s_redis->go_on();
  EXPECT_EQ(handshake.kind(), ErrorKind::timeout);
  EXPECT_THAT(handshake.message(), HasSubstr("in time"));
  EXPECT_GE(taken, k_soon.command + k_soon.connect);
  EXPECT_LT(taken, std::chrono::seconds{10});
  EXPECT_EQ(redis->command({"PING"})->text, "PONG") << "on a new connection";
}

// More than the buffers of a socket hold: the deadline is met while sending.
TEST_F(RedisTlsTest, DeadlineHoldsForACommandThatIsNotTaken) {
  auto redis = RedisConnection::connect(s_redis->tls_address(), k_soon);
  ASSERT_TRUE(redis);
  const std::string value = random_bytes(2 * k_large_bytes, 2);
  s_redis->stall();
  const auto stuck = redis->command({"SET", "stuck", value});
  s_redis->go_on();
  ASSERT_FALSE(stuck);
  EXPECT_EQ(stuck.error().kind(), ErrorKind::timeout);
  EXPECT_EQ(redis->command({"EXISTS", "stuck"})->integer, 0);
}

TEST_F(RedisTlsTest, BlockingCommandsMayTakeTheirTime) {
  auto waiting = RedisConnection::connect(s_redis->tls_address(), k_soon);
  ASSERT_TRUE(waiting);
  const std::array in_vain{"BLPOP"sv, "nothing"sv, "0.5"sv};
  EXPECT_TRUE(waiting->command(in_vain, Milliseconds{500})->is_nil());
  std::jthread pusher([] {
    RedisConnection redis = s_redis->administrator();
    EXPECT_TRUE(redis.command({"RPUSH", "queue", "x"}));
  });
  const std::array with_success{"BLPOP"sv, "queue"sv, "20"sv};
  const auto popped = waiting->command(with_success, Milliseconds{20'000});
  ASSERT_TRUE(popped) << popped.error().message();
  EXPECT_EQ(popped->elements.at(1).text, "x");
}

TEST_F(RedisTlsTest, ServerWithoutTlsIsUnderstood) {
  RedisAddress address = s_redis->plain_address();
  address.transport = RedisTransport::tls;
  const Error error = refusal(address, k_soon);
  // It waits for the end of a line, or finds one among the random bytes of our greeting and complains.
  EXPECT_THAT(error.kind(), AnyOf(ErrorKind::timeout, ErrorKind::transient, ErrorKind::corrupt_data));
  EXPECT_THAT(error.message(), HasSubstr("the URL begins with redis://"));
}

TEST_F(RedisTlsTest, ServerThatWantsTlsIsUnderstood) {
  RedisAddress address = s_redis->tls_address();
  address.transport = RedisTransport::tcp;
  const Error error = refusal(address, k_soon);
  EXPECT_EQ(error.kind(), ErrorKind::transient);
  EXPECT_THAT(error.message(), HasSubstr("the URL begins with rediss://"));
}

}  // namespace
}  // namespace fanfold
