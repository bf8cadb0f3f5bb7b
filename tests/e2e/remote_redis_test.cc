// A job whose Redis is somebody else's: over TLS, with a user and a password.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/workspace.h"
#include "tests/runtime/partials/tls_redis.h"

namespace fanfold::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RemoteRedis : public ::testing::Test {
 protected:
  void SetUp() override {
    m_redis = TlsRedis::start();
    if (!m_redis) GTEST_SKIP() << "redis-server is not installed";
    m_administrator.emplace(m_redis->administrator());
    for (const char* permission : {"~*", "&*", "+@all"}) {
      ASSERT_TRUE(m_administrator->command({"ACL", "SETUSER", "mira", "on", ">hunter2", permission}));
    }
    m_image = m_workspace.sample("c", {"--pixels", "36", "--channels", "300", "--peaks", "20"});
  }
  ProgramRun run(const std::string& out, const Words& more, const Variables& variables) const {
    Words words{m_image, "-o", m_workspace.path(out), "--cube-pixels", "16", "--workers", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return m_workspace.fanfold(process_small(words), variables);
  }
  std::string url() const {
    return "rediss://mira@localhost:" + std::to_string(m_redis->tls_address().port) + "/2";
  }

  Workspace m_workspace;
  std::unique_ptr<TlsRedis> m_redis;
  std::optional<RedisConnection> m_administrator;
  std::string m_image;
};

TEST_F(RemoteRedis, ServesAJobAsThePrivateOneDoes) {
  const ProgramRun plain = run("private", {}, {});
  ASSERT_EQ(plain.exit_code, 0) << plain.errors;
  const Outputs expected = read_outputs(m_workspace.path("private"));
  for (const char* ca_variable : {"FANFOLD_CA_FILE", "SSL_CERT_FILE"}) {
    const ProgramRun remote =
        run(ca_variable, {"--redis", url()},
            {{ca_variable, m_redis->authority().certificate()}, {"FANFOLD_REDIS_PASSWORD", "hunter2"}});
    ASSERT_EQ(remote.exit_code, 0) << remote.errors;
    expect_equal_outputs(expected, read_outputs(m_workspace.path(ca_variable)), ca_variable);
  }
  const auto commands = m_administrator->command({"INFO", "commandstats"});
  ASSERT_TRUE(commands);
  EXPECT_THAT(commands->text, HasSubstr("cmdstat_evalsha")) << "the job was not here";
  ASSERT_TRUE(m_administrator->command({"SELECT", "2"}));
  EXPECT_EQ(m_administrator->command({"DBSIZE"})->integer, 0) << "a job removes its keys";
}

TEST_F(RemoteRedis, ThatIsNotTrustedOrDoesNotTrustUsIsRefusedBeforeAnythingIsDone) {
  const std::string ca_file = m_redis->authority().certificate();
  const ProgramRun distrusted = run("out", {"--redis", url()}, {{"FANFOLD_REDIS_PASSWORD", "hunter2"}});
  EXPECT_EQ(distrusted.exit_code, 3);
  EXPECT_THAT(distrusted.errors, HasSubstr("FANFOLD_CA_FILE"));
  const ProgramRun unknown =
      run("out", {"--redis", url()}, {{"FANFOLD_CA_FILE", ca_file}, {"FANFOLD_REDIS_PASSWORD", "hunter3"}});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.errors, HasSubstr("did not accept the password"));
  EXPECT_THAT(unknown.errors, Not(HasSubstr("hunter")));
  EXPECT_THAT(files_below(m_workspace.path("out")), ::testing::IsEmpty());
}

}  // namespace
}  // namespace fanfold::e2e
