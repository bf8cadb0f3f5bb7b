#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "orchestrator/invoker/invoker.h"
#include "orchestrator/run_directory/run_directory.h"
#include "tests/support/tls_responder.h"

namespace fanfold {
namespace {

class InvokerTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);  // the responder's: its clients hang up on it
    auto directory = RunDirectory::create();
    ASSERT_TRUE(directory);
    m_directory = std::move(directory).value();
    m_authority = TestAuthority::create(m_directory->path(), "authority");
    ASSERT_TRUE(m_authority);
  }
  InvokeAnswer call(const TestIdentity& identity, const std::string& ca_file) {
    const auto server = TlsResponder::start(identity, "pong");
    InvokerOptions options;
    options.endpoint = "https://127.0.0.1:" + server->port();
    options.ca_file = ca_file;
    auto invoker = Invoker::create(options);
    EXPECT_TRUE(invoker && (*invoker)->start(1, "{}"));
    auto answers = (*invoker)->wait(std::chrono::seconds{20});
    EXPECT_EQ(answers.size(), 1U);
    answers.resize(1);
    EXPECT_EQ(server->requests(), answers.front().error ? 0 : 1) << "an event reaches trusted servers alone";
    return answers.front();
  }

  std::optional<RunDirectory> m_directory;
  std::unique_ptr<TestAuthority> m_authority;
};

TEST_F(InvokerTlsTest, TrustedServerIsInvoked) {
  const InvokeAnswer answer = call(m_authority->issue("server"), m_authority->certificate());
  EXPECT_FALSE(answer.error) << answer.error->message();
  EXPECT_EQ(answer.payload, "pong");
}

TEST_F(InvokerTlsTest, OtherServersAreRefused) {
  const auto stranger = TestAuthority::create(m_directory->path(), "stranger");
  const std::string ours = m_authority->certificate();
  const std::pair<TestIdentity, std::string> refused[] = {
      {m_authority->issue("server"), ""},
      {stranger->issue("strange"), ours},
      {m_authority->issue("elsewhere", "DNS:elsewhere.example,IP:127.0.0.2"), ours},
      {m_authority->issue("expired", k_local_names, std::chrono::seconds{60}), ours}};
  for (const auto& [identity, ca_file] : refused) {
    const InvokeAnswer answer = call(identity, ca_file);
    ASSERT_TRUE(answer.error) << identity.certificate;
    EXPECT_EQ(answer.error->kind(), ErrorKind::permission_denied);
    EXPECT_THAT(answer.error->message(), testing::HasSubstr("https://127.0.0.1:"));
    EXPECT_THAT(answer.error->message(), testing::HasSubstr("certificate is not trusted"));
  }
}

}  // namespace
}  // namespace fanfold
