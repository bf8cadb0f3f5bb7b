#include "orchestrator/invoker/cloud_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold {
namespace {

using testing::HasSubstr;

EnvironmentVariables environment(const EnvironmentVariables::Map& more) {
  EnvironmentVariables::Map variables{{"HOME", "/nowhere"},
                                      {"AWS_EC2_METADATA_DISABLED", "true"},
                                      {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                      {"AWS_SECRET_ACCESS_KEY", "secret"}};
  for (const auto& [name, value] : more) variables[name] = value;
  return EnvironmentVariables(variables);
}

// The region that a request to the endpoint is signed for; empty when it is not signed.
std::string signed_region(const std::string& endpoint, const EnvironmentVariables::Map& more = {}) {
  const auto signer = signer_for_endpoint(endpoint, environment(more));
  EXPECT_TRUE(signer) << (signer ? "" : signer.error().message());
  if (!signer || !*signer) return {};
  const auto made = (*signer)->sign(endpoint, {}, "{}");
  EXPECT_TRUE(made);
  for (const auto& [name, value] : made->headers) {
    if (name != "Authorization") continue;
    const std::size_t end = value.find("/lambda/aws4_request");
    const std::size_t begin = value.rfind('/', end - 1) + 1;
    return value.substr(begin, end - begin);
  }
  return "no signature";
}

TEST(RegionOfHost, StandsBehindTheNameOfTheService) {
  EXPECT_EQ(region_of_host("lambda.eu-west-1.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(region_of_host("lambda.cn-north-1.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(region_of_host("lambda-fips.us-gov-west-1.amazonaws.com"), "us-gov-west-1");
  EXPECT_EQ(region_of_host("lambda.eu-central-1.api.aws"), "eu-central-1");
  EXPECT_EQ(region_of_host("vpce-0a1-b.lambda.us-east-1.vpce.amazonaws.com"), "us-east-1");
  for (const char* host :
       {"lambda.amazonaws.com", "amazonaws.com", "s3.eu-west-1.amazonaws.com", "lambda.eu-west-1.example",
        "lambda.eu-west-1.amazonaws.com.example", "lambda", ""}) {
    EXPECT_EQ(region_of_host(host), "") << host;
  }
}

TEST(SignerForEndpoint, SignsForTheCloudAlone) {
  EXPECT_EQ(signed_region("https://lambda.eu-west-1.amazonaws.com", {{"AWS_REGION", "us-east-1"}}),
            "eu-west-1");
  EXPECT_EQ(signed_region("http://lambda.eu-west-1.amazonaws.com/"), "eu-west-1");
  EXPECT_EQ(signed_region("https://functions.lab.example:8443/api", {{"AWS_REGION", "eu-north-1"}}),
            "eu-north-1");
  EXPECT_EQ(signed_region("http://127.0.0.1:9001"), "");
  EXPECT_EQ(signed_region("http://lambda.eu-west-1.example"), "");
}

TEST(SignerForEndpoint, SaysWhatIsMissing) {
  const auto region = signer_for_endpoint("https://functions.lab.example", environment({}));
  ASSERT_FALSE(region);
  EXPECT_EQ(region.error().kind(), ErrorKind::invalid_argument);
  EXPECT_THAT(region.error().message(), HasSubstr("AWS_REGION"));
  const auto keys =
      signer_for_endpoint("https://lambda.eu-west-1.amazonaws.com",
                          environment({{"AWS_ACCESS_KEY_ID", ""}, {"AWS_SECRET_ACCESS_KEY", ""}}));
  ASSERT_FALSE(keys);
  EXPECT_THAT(keys.error().message(), HasSubstr("credentials"));
  EXPECT_EQ(signer_for_endpoint("lambda", environment({})).error().kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace fanfold
