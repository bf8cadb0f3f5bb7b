#include "orchestrator/invoker/request_signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/aws/timestamps.h"
#include "tests/runtime/core/fake_clock.h"

namespace fanfold {
namespace {

using testing::EndsWith;

constexpr std::string_view k_payload = R"({"cube":17})";
constexpr std::string_view k_signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-invocation-type;";
const std::vector<aws::HeaderField> k_fields{{"Content-Type", "application/json"},
                                             {"X-Amz-Invocation-Type", "RequestResponse"},
                                             {"X-Amz-Log-Type", "Tail"}};

class RequestSignerTest : public testing::Test {
 protected:
  static std::shared_ptr<const aws::Credentials> keys(std::string_view token = {}) {
    return std::make_shared<aws::Credentials>(
        aws::Credentials{.access_key_id = "AKIDEXAMPLE",
                         .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                         .session_token = Secret(token),
                         .expiry = {},
                         .source = "test"});
  }
  RequestSigner signer(std::shared_ptr<const aws::Credentials> credentials) {
    return RequestSigner({.region = "eu-west-1",
                          .credentials = [credentials] { return Result(credentials); },
                          .refuse_credentials = [this](const auto& refused) { m_refused = refused; }},
                         m_clock);
  }
  static HttpHeaders refusal(std::string_view code, std::string_view date = {}) {
    HttpHeaders headers;
    headers.add("x-amzn-ErrorType", code);
    if (!date.empty()) headers.add("date", date);
    return headers;
  }

  FakeClock m_base{*aws::parse_iso_timestamp("2026-11-21T10:20:30Z")};
  aws::CorrectedClock m_clock{m_base};
  std::shared_ptr<const aws::Credentials> m_refused;
};

// Made by botocore 1.44.5: client("lambda").invoke() at this time, with these fields.
TEST_F(RequestSignerTest, AgreesWithAnotherImplementation) {
  const std::string name = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/fanfold/invocations";
  const std::string arn =
      "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/"
      "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Afanfold%3A%24LATEST/invocations";
  struct Example {
    std::string url, token, signature;
  };
  for (const Example& example :
       {Example{name, "", "50cab9189d6eea19c8623690637cbadfedaff9eae049384a853a0c6c936079c6"},
        Example{arn, "", "80c5dab8f3bd8b2d86bff80cf451cf15271128e6a65d5942e916fb8a04aa0a09"},
        Example{name,
                "Token/of+the+session==", "42a3949e19767242d6396be547f7a33763b77d7b98d80144c87bdb2f2a28bad9"},
        Example{arn, "Token/of+the+session==",
                "e9d810474aef71ede0329cc899d9a94c1078479fb62d27d3ad39815514b20600"}}) {
    const auto made = signer(keys(example.token)).sign(example.url, k_fields, k_payload);
    ASSERT_TRUE(made) << made.error().message();
    HttpHeaders headers;
    for (const auto& [field, value] : made->headers) headers.add(field, value);
    EXPECT_THAT(headers.value_or_empty("Authorization"), testing::HasSubstr(k_signed));
    EXPECT_THAT(headers.value_or_empty("Authorization"), EndsWith("Signature=" + example.signature));
    EXPECT_EQ(headers.value_or_empty("X-Amz-Date"), "20261121T102030Z");
    EXPECT_EQ(headers.value_or_empty("X-Amz-Security-Token"), example.token);
    EXPECT_EQ(headers.value_or_empty("Host"), "lambda.eu-west-1.amazonaws.com");
    EXPECT_EQ(headers.value_or_empty("X-Amz-Log-Type"), "Tail");
  }
}

TEST_F(RequestSignerTest, LearnsTheTimeFromARefusalForItsSake) {
  RequestSigner its = signer(keys());
  const auto made = its.sign("https://host/", k_fields, k_payload);
  ASSERT_TRUE(made);
  const std::string_view date = "Sat, 21 Nov 2026 11:20:30 GMT";
  const HttpHeaders refused = refusal("InvalidSignatureException:http://internal.example/", date);
  EXPECT_EQ(its.learn(*made, 403, refused, R"({"message":"The signature does not match"})"),
            RefusalLesson::none);
  EXPECT_EQ(m_clock.offset(), std::chrono::seconds{0});
  EXPECT_EQ(its.learn(*made, 403, refusal("InvalidSignatureException"), "Signature expired: x"),
            RefusalLesson::none)
      << "no date to learn from";
  EXPECT_EQ(its.learn(*made, 403, refused, R"({"message":"Signature expired: a is now earlier than b"})"),
            RefusalLesson::clock);
  EXPECT_EQ(m_clock.offset(), std::chrono::hours{1});
  const auto again = its.sign("https://host/", k_fields, k_payload);
  EXPECT_EQ(again->signed_at, m_base.system_now() + std::chrono::hours{1});
  EXPECT_EQ(its.learn(*again, 403, refused, "Signature not yet current"), RefusalLesson::none)
      << "the times agree, so it is something else";
}

TEST_F(RequestSignerTest, HandsExpiredCredentialsBack) {
  RequestSigner its = signer(keys());
  const auto made = its.sign("https://host/", k_fields, k_payload);
  EXPECT_EQ(its.learn(*made, 403, refusal("AccessDeniedException"), ""), RefusalLesson::none);
  EXPECT_EQ(its.learn(*made, 429, refusal("TooManyRequestsException"), ""), RefusalLesson::none);
  EXPECT_FALSE(m_refused);
  EXPECT_EQ(its.learn(*made, 403, refusal("ExpiredTokenException"), ""), RefusalLesson::credentials);
  EXPECT_EQ(m_refused, made->credentials);
  m_refused.reset();
  EXPECT_EQ(its.learn(*made, 403, refusal("UnrecognizedClientException"), ""), RefusalLesson::credentials);
  EXPECT_EQ(m_refused, made->credentials);
}

TEST_F(RequestSignerTest, PassesTheErrorOfTheCredentialsOn) {
  RequestSigner its({.region = "eu-west-1",
                     .credentials = []() -> Result<std::shared_ptr<const aws::Credentials>> {
                       return make_error(ErrorKind::permission_denied, "nobody is logged in");
                     }},
                    m_clock);
  const auto made = its.sign("https://host/", k_fields, k_payload);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message(), "nobody is logged in");
}

}  // namespace
}  // namespace fanfold
