#include <atomic>

#include "runtime/aws/container_source.h"
#include "runtime/aws/default_chain.h"
#include "runtime/aws/environment_source.h"
#include "runtime/aws/instance_metadata.h"
#include "runtime/aws/web_identity_source.h"
#include "tests/runtime/aws/aws_fixture.h"

namespace fanfold::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view k_document =
    R"({"Code":"Success","AccessKeyId":"AKIDBOX","SecretAccessKey":"box-secret","Token":"box-token",)"
    R"("Expiration":"2026-11-21T15:23:19Z"})";

class SourcesTest : public AwsTest {
 protected:
  template <typename Source>
  Result<Lookup> load() {
    return Source(context()).load();
  }
  // "id/secret/token", or what there is instead.
  static std::string text(const Result<Lookup>& lookup) {
    if (!lookup) return "error: " + lookup.error().message();
    if (!lookup->credentials) return "absent: " + lookup->absence;
    const Credentials& found = *lookup->credentials;
    return fmt::format("{}/{}/{}", found.access_key_id, found.secret_access_key.reveal(),
                       found.session_token.reveal());
  }
  void install_instance(std::string_view document = k_document) {
    m_fetch.answer("PUT http://169.254.169.254/latest/api/token", 200, "imds-token");
    m_fetch.answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/", 200,
                   "box role\n");
    m_fetch.answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/box%20role", 200,
                   std::string(document));
  }
};

TEST_F(SourcesTest, EnvironmentNeedsBothKeys) {
  EXPECT_EQ(text(load<EnvironmentSource>()), "absent: AWS_ACCESS_KEY_ID is not set");
  m_variables["AWS_ACCESS_KEY_ID"] = "AKID";
  EXPECT_EQ(text(load<EnvironmentSource>()),
            "error: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
  m_variables["AWS_SECRET_ACCESS_KEY"] = "secret";
  EXPECT_EQ(text(load<EnvironmentSource>()), "AKID/secret/");
  m_variables["AWS_SESSION_TOKEN"] = "token";
  EXPECT_EQ(text(load<EnvironmentSource>()), "AKID/secret/token");
}

TEST_F(SourcesTest, ContainerIsAskedAtTheRelativeUriFirst) {
  EXPECT_THAT(text(load<ContainerSource>()),
              HasSubstr("absent: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"));
  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost:1/full";
  m_variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/uuid";
  m_fetch.answer("GET http://169.254.170.2/v2/credentials/uuid", 200, std::string(k_document));
  const auto lookup = load<ContainerSource>();
  EXPECT_EQ(text(lookup), "AKIDBOX/box-secret/box-token");
  EXPECT_EQ(lookup->credentials->expiry, m_clock.system_now() + seconds(3600));
  EXPECT_EQ(m_fetch.asked()[0].headers.count("Authorization"), 0u);
}

TEST_F(SourcesTest, ContainerTokenIsReadAnewEachTime) {
  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  m_variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "from-variable";
  m_fetch.answer("GET http://169.254.170.23/v1/credentials", 200, std::string(k_document));
  ContainerSource by_variable(context());
  EXPECT_TRUE(by_variable.load());
  EXPECT_EQ(m_fetch.asked().back().headers.at("Authorization"), "from-variable");

  m_variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = write_file("token", "first\n");
  ContainerSource by_file(context());
  EXPECT_TRUE(by_file.load());
  EXPECT_EQ(m_fetch.asked().back().headers.at("Authorization"), "first");
  write_file("token", "second");
  EXPECT_TRUE(by_file.load());
  EXPECT_EQ(m_fetch.asked().back().headers.at("Authorization"), "second");
  write_file("token", "two\r\nX-Evil: lines");
  EXPECT_THAT(text(by_file.load()),
              AllOf(HasSubstr("error: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"), Not(HasSubstr("Evil"))));
}

TEST_F(SourcesTest, ContainerIsAskedOnlyAtHostsThatMayKnowTheToken) {
  m_variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "container-secret";
  for (const char* url :
       {"http://169.254.170.2/x", "http://169.254.170.23/x", "http://[fd00:ec2::23]/x",
        "http://127.9.9.9:80/x", "http://[::1]/x", "http://localhost/x", "https://any.example/x"}) {
    m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_THAT(text(load<ContainerSource>()), HasSubstr("nobody answers")) << url;
  }
  const std::size_t asked = m_fetch.asked().size();
  for (const char* url :
       {"http://any.example/x", "http://169.254.170.3/x", "http://127.0.0.1.evil.example/x", "http://127.1/x",
        "http://localhost.evil.example/x", "http://localhost@evil.example/x", "file:///etc/passwd"}) {
    m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_THAT(text(load<ContainerSource>()), HasSubstr("error: ")) << url;
  }
  EXPECT_EQ(m_fetch.asked().size(), asked);
}

TEST_F(SourcesTest, ContainerIsAskedAgainWithinLimits) {
  const std::string url = "http://localhost/c";
  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
  m_fetch.fail("GET " + url, Error(ErrorKind::transient, "refused"));
  m_fetch.answer("GET " + url, 503, "busy");
  m_fetch.answer("GET " + url, 200, std::string(k_document));
  EXPECT_EQ(text(load<ContainerSource>()), "AKIDBOX/box-secret/box-token");
  EXPECT_EQ(m_fetch.asked().size(), 3u);
  EXPECT_EQ(m_base_clock.sleeps().size(), 2u);

  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost/always";
  m_fetch.answer("GET http://localhost/always", 500, "box-secret");
  EXPECT_EQ(text(load<ContainerSource>()), "error: http://localhost/always answers with status 500");
  EXPECT_EQ(m_fetch.asked().size(), 7u);

  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost/no";
  m_fetch.answer("GET http://localhost/no", 403, "");
  EXPECT_EQ(load<ContainerSource>().error().kind(), ErrorKind::permission_denied);
  EXPECT_EQ(m_fetch.asked().size(), 8u);  // no second try
}

TEST_F(SourcesTest, AnswersAreCheckedAndNeverQuoted) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"box-secret", "not a JSON object"},
      {"[\"box-secret\"]", "not a JSON object"},
      {R"({"SecretAccessKey":"box-secret"})", "has no AccessKeyId"},
      {R"({"AccessKeyId":"AKIDBOX","SecretAccessKey":7,"Token":"box-secret"})", "has no SecretAccessKey"},
      {R"({"AccessKeyId":"AKIDBOX","SecretAccessKey":"box-secret","Expiration":"soon"})",
       "Expiration in the answer is no time"},
      {R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot\nassume"})",
       "AssumeRoleUnauthorizedAccess: EC2 cannot assume"},
  };
  m_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost/c";
  for (const auto& [body, expected] : cases) {
    m_fetch = FakeFetch();
    m_fetch.answer("GET http://localhost/c", 200, body);
    EXPECT_THAT(text(load<ContainerSource>()), AllOf(HasSubstr(expected), Not(HasSubstr("box-secret"))));
  }
}

TEST_F(SourcesTest, InstanceIsAskedWithAToken) {
  install_instance();
  const auto lookup = load<InstanceSource>();
  EXPECT_EQ(text(lookup), "AKIDBOX/box-secret/box-token");
  const auto& asked = m_fetch.asked();
  ASSERT_EQ(asked.size(), 4u);
  EXPECT_EQ(asked[0].method, "PUT");
  EXPECT_EQ(asked[0].headers.at("X-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(asked[1].headers.at("X-aws-ec2-metadata-token"), "imds-token");
  for (const auto& one : asked) EXPECT_EQ(one.timeout, seconds(1));
}

TEST_F(SourcesTest, InstanceEndpointCanBeChosen) {
  m_variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  EXPECT_THAT(text(load<InstanceSource>()), HasSubstr("http://[fd00:ec2::254]/latest/api/token"));
  m_variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/";
  EXPECT_THAT(text(load<InstanceSource>()), HasSubstr("http://127.0.0.1:1338/latest/api/token"));
}

TEST_F(SourcesTest, InstanceThatIsNoneIsAbsentAfterOneShortTry) {
  EXPECT_THAT(text(load<InstanceSource>()), AllOf(HasSubstr("absent: cannot PUT"), HasSubstr("hop limit")));
  EXPECT_EQ(m_fetch.asked().size(), 1u);
  m_variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_EQ(text(load<InstanceSource>()), "absent: AWS_EC2_METADATA_DISABLED is true");
  EXPECT_EQ(m_fetch.asked().size(), 1u);
}

TEST_F(SourcesTest, InstanceWithoutRoleIsAbsent) {
  m_fetch.answer("PUT http://169.254.169.254/latest/api/token", 200, "imds-token");
  m_fetch.answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/", 404, "");
  EXPECT_EQ(text(load<InstanceSource>()), "absent: the instance has no role");
}

TEST_F(SourcesTest, ExpiredCredentialsOfAnInstanceAreUsedOn) {
  install_instance(
      R"({"AccessKeyId":"A","SecretAccessKey":"S","Token":"T","Expiration":"2026-11-21T14:00:00Z"})");
  const auto lookup = load<InstanceSource>();
  ASSERT_TRUE(lookup && lookup->credentials);
  EXPECT_EQ(lookup->credentials->expiry, m_clock.system_now() + minutes(15));
}

TEST_F(SourcesTest, ChainTakesTheFirstThatHasThem) {
  install_instance();
  EXPECT_EQ(text(default_chain(context())->load()), "AKIDBOX/box-secret/box-token");
  write_credentials(
      "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = file\n[lab]\naws_access_key_id = "
      "AKIDLAB\naws_secret_access_key = lab\n");
  EXPECT_EQ(text(default_chain(context())->load()), "AKIDFILE/file/");
  m_variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  m_variables["AWS_SECRET_ACCESS_KEY"] = "env";
  EXPECT_EQ(text(default_chain(context())->load()), "AKIDENV/env/");
  m_variables["AWS_PROFILE"] = "lab";
  EXPECT_EQ(text(default_chain(context())->load()), "AKIDENV/env/");
  m_profile = "lab";  // named on the command line
  EXPECT_EQ(text(default_chain(context())->load()), "AKIDLAB/lab/");
}

TEST_F(SourcesTest, ChainNamesEverySourceAndWhatItLacks) {
  const auto lookup = default_chain(context())->load();
  ASSERT_FALSE(lookup);
  EXPECT_EQ(lookup.error().kind(), ErrorKind::permission_denied);
  EXPECT_THAT(
      lookup.error().message(),
      AllOf(HasSubstr("environment: AWS_ACCESS_KEY_ID is not set; profile: no profile 'default' in '"),
            HasSubstr("web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set; container: neither"),
            HasSubstr("instance metadata: cannot PUT http://169.254.169.254/latest/api/token")));
  EXPECT_EQ(lookup.error().message().find('\n'), std::string::npos);
}

TEST_F(SourcesTest, ChainStopsAtASourceThatIsMeantAndFails) {
  install_instance();
  m_variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere/token";
  EXPECT_THAT(
      text(default_chain(context())->load()),
      AllOf(HasSubstr("cannot get AWS credentials from web identity: AWS_WEB_IDENTITY_TOKEN_FILE is set and "
                      "AWS_ROLE_ARN is not (tried before: environment: ")));
  EXPECT_TRUE(m_fetch.asked().empty());
  m_variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/x";
  EXPECT_THAT(text(default_chain(context())->load()), HasSubstr("cannot open '/nowhere/token'"));
}

}  // namespace
}  // namespace fanfold::aws
