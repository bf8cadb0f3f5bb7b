#include "runtime/partials/redis_address.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "runtime/core/trusted_ca.h"

namespace fanfold {
namespace {

RedisAddress parsed(std::string_view url) {
  auto address = RedisAddress::parse(url);
  EXPECT_TRUE(address) << url << ": " << (address ? "" : address.error().message());
  return address ? *address : RedisAddress{};
}

TEST(RedisAddress, TakesAllPartsOfANetworkUrl) {
  const RedisAddress address = parsed("redis://me:se%40cret@cache.example:6380/3");
  EXPECT_EQ(address.transport, RedisTransport::tcp);
  EXPECT_EQ(address.host, "cache.example");
  EXPECT_EQ(address.port, 6380);
  EXPECT_EQ(address.database, 3U);
  EXPECT_EQ(address.user, "me");
  EXPECT_EQ(address.password, "se@cret");
}

TEST(RedisAddress, HasTheUsualDefaults) {
  const RedisAddress address = parsed("redis://localhost");
  EXPECT_EQ(address.port, 6379);
  EXPECT_EQ(address.database, 0U);
  EXPECT_TRUE(address.user.empty());
  EXPECT_TRUE(address.password.empty());
  EXPECT_EQ(parsed("redis://localhost/").database, 0U);
  EXPECT_EQ(parsed("redis://:word@localhost").password, "word");
  EXPECT_EQ(parsed("rediss://localhost").transport, RedisTransport::tls);
  EXPECT_EQ(parsed("redis://[::1]:7000/1").host, "::1");
}

TEST(RedisAddress, TakesUnixSockets) {
  const RedisAddress address = parsed("unix:///run/user/1000/redis.sock?db=2");
  EXPECT_EQ(address.transport, RedisTransport::unix_socket);
  EXPECT_EQ(address.path, "/run/user/1000/redis.sock");
  EXPECT_EQ(address.database, 2U);
  EXPECT_EQ(parsed("unix://u:p@/a%20b").path, "/a b");
}

TEST(RedisAddress, WithoutSecretsIsReadBackAsTheSameAddressWithoutThePassword) {
  for (const char* url :
       {"redis://me:hunter2@host:6380/3", "redis://:hunter2@[::1]", "rediss://u%3Av:hunter2@host",
        "unix://me:hunter2@/run/a%3Fb%25.sock?db=2", "redis://:hunter2@host"}) {
    RedisAddress address = parsed(url);
    EXPECT_EQ(address.password, "hunter2");
    EXPECT_EQ(address.shown().find('@'), std::string::npos) << address.shown();
    const std::string shown = address.without_secrets();
    EXPECT_EQ(shown.find("hunter2"), std::string::npos);
    const RedisAddress again = parsed(shown);
    EXPECT_EQ(again.transport, address.transport);
    EXPECT_EQ(again.host, address.host);
    EXPECT_EQ(again.port, address.port);
    EXPECT_EQ(again.path, address.path);
    EXPECT_EQ(again.database, address.database);
    EXPECT_EQ(again.user, address.user);
    EXPECT_TRUE(again.password.empty());
  }
  EXPECT_EQ(parsed("redis://:x@h").without_secrets(), "redis://h:6379");
}

TEST(RedisAddress, SaysWhatIsWrongAndNeverQuotesThePassword) {
  const std::string long_path(120, 'p');
  for (const std::string& url :
       {std::string("hunter2"), std::string("http://hunter2@host"), std::string("redis://:hunter2@"),
        std::string("redis://:hunter2@host:0"), std::string("redis://:hunter2@host:65536"),
        std::string("redis://:hunter2@host:6379/x"), std::string("redis://:hunter2@host/1/2"),
        std::string("redis://:hunter2%4@host"), std::string("redis://:hunter2%zz@host"),
        std::string("redis://:hunter2%00@host"), std::string("redis://:hunter2@[::1"),
        std::string("redis://:hunter2@[::1]x"), std::string("unix://:hunter2@host/x"),
        std::string("unix://:hunter2@/x?other=1"), std::string("unix://:hunter2@"),
        "unix://:hunter2@/" + long_path, std::string("redis://:hun/ter2@host:port")}) {
    const auto address = RedisAddress::parse(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error().kind(), ErrorKind::invalid_argument);
    EXPECT_EQ(address.error().message().find("hunter2"), std::string::npos) << address.error().message();
    EXPECT_EQ(address.error().message().find("ter2"), std::string::npos) << address.error().message();
    EXPECT_NE(address.error().message().find("redis://[user"), std::string::npos)
        << "shows how it should look";
  }
}

TEST(RedisAddress, TakesThePasswordFromTheEnvironmentWhereTheUrlHasNone) {
  ::setenv(k_redis_password_variable, "from-environment", 1);
  const auto bare = RedisAddress::from_url_and_environment("redis://host");
  const auto own = RedisAddress::from_url_and_environment("redis://:own@host");
  ::unsetenv(k_redis_password_variable);
  const auto none = RedisAddress::from_url_and_environment("redis://host");
  ASSERT_TRUE(bare && own && none);
  EXPECT_EQ(bare->password, "from-environment");
  EXPECT_EQ(own->password, "own");
  EXPECT_EQ(none->password, "");
}

TEST(RedisAddress, TakesTheCertificatesToTrustFromTheEnvironmentForTlsAlone) {
  ::setenv(k_ca_file_variable, "/ca.pem", 1);
  const auto secured = RedisAddress::from_url_and_environment("rediss://host");
  const auto plain = RedisAddress::from_url_and_environment("redis://host");
  ::unsetenv(k_ca_file_variable);
  ASSERT_TRUE(secured && plain);
  EXPECT_EQ(secured->ca_file, "/ca.pem");
  EXPECT_EQ(plain->ca_file, "");
  EXPECT_EQ(parsed("rediss://host").ca_file, "");
}

}  // namespace
}  // namespace fanfold
