// Whom the store trusts, against real servers that show certificates of an authority of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/net/http_client.h"
#include "runtime/storage/s3/access.h"
#include "tests/runtime/storage/temporary_directory.h"
#include "tests/support/s3_server.h"

namespace fanfold::s3 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_support::S3Server;
using testing_support::S3ServerKind;
using testing_support::S3ServerTls;

class S3TlsTest : public testing::TestWithParam<S3ServerKind> {
 protected:
  void SetUp() override {
    if (!S3Server::program(GetParam())) {
      GTEST_SKIP() << testing_support::to_string(GetParam())
                   << " is not there; infra/setup/s3_servers.sh gets it";
    }
    m_authority = TestAuthority::create(m_folder.path(), "authority");
    ASSERT_TRUE(m_authority);
  }

  void start(const TestIdentity& identity, const std::filesystem::path& trusted) {
    auto started = S3Server::start(GetParam(), S3ServerTls{identity, trusted});
    ASSERT_TRUE(started) << started.error().message();
    m_server = std::move(*started);
  }
  // The server's own, with what else is said in their place.
  EnvironmentVariables environment(const EnvironmentVariables::Map& changes = {}) const {
    EnvironmentVariables::Map variables;
    for (const std::string& text : m_server->environment()) {
      const std::size_t equals = text.find('=');
      variables[text.substr(0, equals)] = text.substr(equals + 1);
    }
    for (const auto& [name, value] : changes) variables[name] = value;
    return EnvironmentVariables(std::move(variables));
  }
  Status put(const EnvironmentVariables& variables) const {
    FANFOLD_ASSIGN(const auto access, Access::open(variables, system_clock()));
    return access->store().put(m_object, as_byte_span("content"));
  }
  void expect_refusal(const EnvironmentVariables& variables, std::string_view why,
                      std::string_view advice) const {
    const Status refused = put(variables);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::permission_denied);
    EXPECT_THAT(refused.error().message(),
                AllOf(HasSubstr(m_object.name()), HasSubstr("the server's certificate is not trusted"),
                      HasSubstr(std::string(why)), HasSubstr(std::string(advice)),
                      testing::Not(HasSubstr("attempts"))));
  }

  const Uri m_object{UriScheme::s3, S3Server::k_bucket, "an object"};
  TemporaryDirectory m_folder;
  std::unique_ptr<TestAuthority> m_authority;
  std::unique_ptr<S3Server> m_server;
};

TEST_P(S3TlsTest, WritesAndReadsWhereTheAuthorityIsNamed) {
  start(m_authority->issue("server"), m_authority->certificate());
  for (const char* variable : {"FANFOLD_CA_FILE", "AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    EnvironmentVariables::Map changes{{"FANFOLD_CA_FILE", ""}};
    changes[variable] = m_authority->certificate().string();
    const auto access = Access::open(environment(changes), system_clock());
    ASSERT_TRUE(access) << access.error().message();
    Store& store = (*access)->store();
    const std::string content(17'000'000, 'x');  // three parts
    const Status written = store.put(m_object, as_byte_span(content));
    ASSERT_TRUE(written) << variable << ": " << written.error().message();
    const auto source = store.open(m_object, std::nullopt);
    ASSERT_TRUE(source) << source.error().message();
    std::string read(content.size(), '\0');
    ASSERT_TRUE((*source)->read_at(0, std::as_writable_bytes(std::span(read))));
    EXPECT_TRUE(read == content);
  }
}

TEST_P(S3TlsTest, SaysWhoIsNotTrustedAndWhatNamesTheAuthority) {
  start(m_authority->issue("server"), m_authority->certificate());
  expect_refusal(environment({{"FANFOLD_CA_FILE", ""}}), "unable to get local issuer certificate",
                 "the authority that signed it in FANFOLD_CA_FILE");
  // One that is set, and is another authority's.
  const auto other = TestAuthority::create(m_folder.path(), "other");
  expect_refusal(environment({{"AWS_CA_BUNDLE", other->certificate().string()}}), "issuer certificate",
                 "the authority that signed it in AWS_CA_BUNDLE");
}

// Small requests, for credentials and the like, go another way.
TEST_P(S3TlsTest, IsNotTrustedByAPlainClientEither) {
  start(m_authority->issue("server"), m_authority->certificate());
  auto client = HttpClient::create();
  HttpRequest request;
  request.url = m_server->url() + "/";
  const auto answer = client->perform(request, 1000);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::permission_denied);
  EXPECT_THAT(answer.error().message(),
              AllOf(HasSubstr("the server's certificate is not trusted"), HasSubstr("in FANFOLD_CA_FILE")));
}

TEST_P(S3TlsTest, RefusesACertificateForAnotherName) {
  start(m_authority->issue("server", "DNS:elsewhere.example,IP:127.0.0.1"), m_authority->certificate());
  ASSERT_TRUE(put(environment()));
  const std::string port = m_server->address().substr(m_server->address().rfind(':'));
  expect_refusal(environment({{"AWS_ENDPOINT_URL_S3", "https://localhost" + port}}), "localhost",
                 "use a name of the server that its certificate holds");
}

TEST_P(S3TlsTest, RefusesACertificateThatHasExpired) {
  start(m_authority->issue("server", k_local_names, std::chrono::hours(1)), {});
  expect_refusal(environment({{"FANFOLD_CA_FILE", m_authority->certificate().string()}}), "expired",
                 "renew the server's certificate");
}

TEST_P(S3TlsTest, SaysWhatIsWrongWithTheFileOfAuthorities) {
  start(m_authority->issue("server"), m_authority->certificate());
  const Status missing = put(environment({{"AWS_CA_BUNDLE", m_folder.file("nothing")}}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_THAT(missing.error().message(),
              AllOf(HasSubstr(m_folder.file("nothing")), HasSubstr("AWS_CA_BUNDLE")));
  m_folder.write("text", "no certificate");
  const Status no_pem = put(environment({{"AWS_CA_BUNDLE", m_folder.file("text")}}));
  ASSERT_FALSE(no_pem);
  EXPECT_THAT(no_pem.error().message(), AllOf(HasSubstr(m_folder.file("text")),
                                              HasSubstr("AWS_CA_BUNDLE must name"), HasSubstr("PEM")));
}

INSTANTIATE_TEST_SUITE_P(Servers, S3TlsTest, testing::Values(S3ServerKind::minio, S3ServerKind::versitygw),
                         [](const auto& instance) { return testing_support::to_string(instance.param); });

}  // namespace
}  // namespace fanfold::s3
