#include "runtime/aws/settings.h"

#include "tests/runtime/aws/aws_fixture.h"

namespace fanfold::aws {
namespace {

using testing::HasSubstr;

class SettingsTest : public AwsTest {
 protected:
  std::string region(AskInstance ask = AskInstance::no) { return text(find_region(context(), ask)); }
  std::string endpoint(std::string_view service = "s3") { return text(find_endpoint(context(), service)); }

 private:
  static std::string text(const Result<std::optional<Setting>>& setting) {
    if (!setting) return "error: " + setting.error().message();
    return *setting ? (*setting)->value + " from " + (*setting)->source : "nothing";
  }
};

TEST_F(SettingsTest, RegionComesFromVariablesThenProfileThenInstance) {
  EXPECT_EQ(region(), "nothing");
  m_fetch.answer("PUT http://169.254.169.254/latest/api/token", 200, "imds-token");
  m_fetch.answer("GET http://169.254.169.254/latest/meta-data/placement/region", 200, "eu-west-3");
  EXPECT_EQ(region(), "nothing");
  EXPECT_TRUE(m_fetch.asked().empty());
  EXPECT_EQ(region(AskInstance::yes), "eu-west-3 from instance metadata");
  write_config("[default]\nregion = eu-central-1\n[profile lab]\nregion = sa-east-1\n");
  EXPECT_EQ(region(AskInstance::yes), "eu-central-1 from profile 'default'");
  m_variables["AWS_PROFILE"] = "lab";
  EXPECT_EQ(region(), "sa-east-1 from profile 'lab'");
  m_variables["AWS_DEFAULT_REGION"] = "us-west-1";
  EXPECT_EQ(region(), "us-west-1 from AWS_DEFAULT_REGION");
  m_variables["AWS_REGION"] = "us-west-2";
  EXPECT_EQ(region(), "us-west-2 from AWS_REGION");
  m_variables["AWS_REGION"] = "evil.example/";
  EXPECT_THAT(region(), HasSubstr("error: AWS_REGION names a region"));
}

TEST_F(SettingsTest, InstanceIsNotAskedWhereThatIsDisabled) {
  m_variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  EXPECT_EQ(region(AskInstance::yes), "nothing");
  EXPECT_TRUE(m_fetch.asked().empty());
  m_variables.erase("AWS_EC2_METADATA_DISABLED");
  EXPECT_EQ(region(AskInstance::yes), "nothing");
  ASSERT_EQ(m_fetch.asked().size(), 1u);  // one try
  EXPECT_LE(m_fetch.asked()[0].timeout, std::chrono::seconds(1));
}

TEST_F(SettingsTest, EndpointFollowsThePrecedence) {
  EXPECT_EQ(endpoint(), "nothing");
  write_config(
      "[default]\nendpoint_url = http://profile:1\nservices = mine\n"
      "[services mine]\ns3 =\n  endpoint_url = http://service:2/prefix\n"
      "[profile no]\nignore_configured_endpoint_urls = true\nendpoint_url = http://profile:1\n");
  EXPECT_EQ(endpoint(), "http://service:2/prefix from profile 'default'");
  EXPECT_EQ(endpoint("sts"), "http://profile:1 from profile 'default'");
  m_variables["AWS_PROFILE"] = "no";
  EXPECT_EQ(endpoint(), "nothing");
  m_variables["AWS_ENDPOINT_URL"] = "http://all:3";
  EXPECT_EQ(endpoint(), "http://all:3 from AWS_ENDPOINT_URL");
  m_variables["AWS_ENDPOINT_URL_S3"] = "http://[::1]:4";
  EXPECT_EQ(endpoint(), "http://[::1]:4 from AWS_ENDPOINT_URL_S3");
  EXPECT_EQ(endpoint("sts"), "http://all:3 from AWS_ENDPOINT_URL");
  m_variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(endpoint(), "nothing");
}

TEST_F(SettingsTest, EndpointThatIsNoUrlIsAnErrorThatNamesItsSource) {
  m_variables["AWS_ENDPOINT_URL_S3"] = "127.0.0.1:9000";
  EXPECT_THAT(endpoint(), HasSubstr("error: AWS_ENDPOINT_URL_S3: '127.0.0.1:9000' is not a URL"));
}

TEST_F(SettingsTest, FilesAreFoundByTheirVariables) {
  m_variables["AWS_CONFIG_FILE"] = write_file("elsewhere", "[default]\nregion = a\n");
  EXPECT_EQ(region(), "a from profile 'default'");
  m_variables["AWS_CONFIG_FILE"] = "~/elsewhere";
  EXPECT_EQ(region(), "a from profile 'default'");
  // The credentials file wins.
  m_variables["AWS_SHARED_CREDENTIALS_FILE"] = write_file("keys", "[default]\nregion = b\n");
  EXPECT_EQ(region(), "b from profile 'default'");
  m_variables["AWS_CONFIG_FILE"] = "/dev/null";
  m_variables["AWS_SHARED_CREDENTIALS_FILE"] = "/nowhere/at/all";
  EXPECT_EQ(region(), "nothing");
}

TEST_F(SettingsTest, BrokenFileIsAnErrorThatNamesItAndTheLine) {
  write_config("[default]\nnonsense\n");
  EXPECT_THAT(region(), testing::AllOf(HasSubstr("/.aws/config': line 2 is neither")));
}

TEST_F(SettingsTest, PartitionsHaveTheirOwnDomains) {
  EXPECT_EQ(dns_suffix("eu-central-1"), "amazonaws.com");
  EXPECT_EQ(dns_suffix("us-gov-west-1"), "amazonaws.com");
  EXPECT_EQ(dns_suffix("cn-north-1"), "amazonaws.com.cn");
  EXPECT_EQ(dns_suffix("us-isob-east-1"), "sc2s.sgov.gov");
}

}  // namespace
}  // namespace fanfold::aws
