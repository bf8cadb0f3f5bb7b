#include "runtime/net/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "runtime/net/http_client.h"
#include "runtime/net/percent.h"
#include "runtime/net/redaction.h"
#include "runtime/net/request_progress.h"

namespace fanfold {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Url, IsTakenApartAndPutTogether) {
  const auto url = Url::parse("HTTPS://Bucket.Example:8443/a/../b%20c?list-type=2&x#part");
  ASSERT_TRUE(url) << url.error().message();
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "bucket.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/../b%20c");
  EXPECT_EQ(url->query, "list-type=2&x");
  EXPECT_TRUE(url->is_tls());
  EXPECT_EQ(url->authority(), "bucket.example:8443");
  EXPECT_EQ(url->to_string(), "https://bucket.example:8443/a/../b%20c?list-type=2&x");
}

TEST(Url, HasDefaults) {
  const auto bare = Url::parse("http://host");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->port, 80);
  EXPECT_EQ(bare->path, "/");
  EXPECT_EQ(bare->authority(), "host");
  EXPECT_EQ(Url::parse("https://host:443?q")->to_string(), "https://host/?q");
  const auto six = Url::parse("http://[FD00:ec2::254]:80/x");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "fd00:ec2::254");
  EXPECT_EQ(six->authority(), "[fd00:ec2::254]");
}

TEST(Url, IsRefusedWhereItIsNone) {
  for (const char* text : {"",
                           "host",
                           "ftp://host/",
                           "http://",
                           "http:///x",
                           "http://user@host/",
                           "http://host:/",
                           "http://host:0/",
                           "http://host:65536/",
                           "http://host:8x/",
                           "http://ho st/",
                           "http://host/a b",
                           "http://host/\x01",
                           "http://host/ä",
                           "http://[::1/",
                           "http://[::1]x/",
                           "http://[]/",
                           "http://a,b/",
                           "http://host\\@evil/",
                           "://x"}) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind(), ErrorKind::invalid_argument);
  }
}

TEST(Url, IsNamedWithoutItsSecretsInErrors) {
  for (const char* text : {"https://user:hunter2@host/", "https://host/ ?X-Amz-Signature=hunter2"}) {
    const auto url = Url::parse(text);
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error().message(), Not(HasSubstr("hunter2")));
  }
}

TEST(Redaction, HidesWhatSignsInUrls) {
  EXPECT_EQ(
      redacted_url("https://h/k?x-id=1&X-Amz-Signature=abc&X-Amz-Credential=AK%2F&x-amz-security-TOKEN=t&y"),
      "https://h/k?x-id=1&X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]"
      "&x-amz-security-TOKEN=[redacted]&y");
  EXPECT_EQ(redacted_url("https://h/?X%2DAmz%2DSignature=abc&%zz=d"),
            "https://h/?X%2DAmz%2DSignature=[redacted]&%zz=[redacted]");
  EXPECT_EQ(redacted_url("http://user:pass@h/a?b=c@d"), "http://[redacted]@h/a?b=c@d");
  EXPECT_EQ(redacted_url("no url at all"), "no url at all");
  EXPECT_EQ(redacted_url(""), "");
}

TEST(Redaction, HidesSecretHeaders) {
  EXPECT_EQ(redacted_header("AUTHORIZATION", "AWS4 x"), "AUTHORIZATION: [redacted]");
  EXPECT_EQ(redacted_header("X-Amz-Security-Token", "x"), "X-Amz-Security-Token: [redacted]");
  EXPECT_EQ(redacted_header("Range", "bytes=0-1"), "Range: bytes=0-1");
  EXPECT_TRUE(is_secret_header("x-aws-ec2-metadata-token"));
  EXPECT_FALSE(is_secret_header("x-amz-date"));
}

TEST(Redaction, CutsSecretsOutOfAnyText) {
  EXPECT_EQ(without_secrets("a secret1 and secret1secret2", {"secret1", "secret2", "", "a"}),
            "a [redacted] and [redacted][redacted]");
  EXPECT_EQ(one_line("two\r\nlines\x7f", 100), "two  lines ");
  EXPECT_EQ(one_line("abcdef", 3), "abc...");
}

TEST(Redaction, IsAppliedToTheErrorsOfRequests) {
  auto client = HttpClient::create();
  ASSERT_TRUE(client);
  HttpRequest request;
  request.url = "http://127.0.0.1:1/key?X-Amz-Security-Token=hunter2&x-id=GetObject";  // nobody listens there
  const auto answer = client->perform(request, 100);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message(),
              testing::AllOf(HasSubstr("x-id=GetObject"), Not(HasSubstr("hunter2"))));
}

TEST(RequestProgress, DecidesTheClassOfAFailure) {
  const Error reset(ErrorKind::transient, "reset");
  const Error timeout(ErrorKind::timeout, "slow");
  const Error untrusted(ErrorKind::permission_denied, "certificate");
  struct Case {
    Error error;
    RequestProgress progress;
    RetryClass expected;
  };
  const std::vector<Case> cases{
      {reset, {.sent = false}, RetryClass::unsent},
      {timeout, {.sent = false}, RetryClass::unsent},
      {reset, {}, RetryClass::connection_lost},
      {reset, {.reused_connection = true}, RetryClass::stale_connection},
      {reset, {.reused_connection = true, .answered = true}, RetryClass::connection_lost},
      {timeout, {.reused_connection = true}, RetryClass::connection_lost},  // somebody was there and was slow
      {untrusted, {.sent = false}, RetryClass::fatal},
      {Error(ErrorKind::corrupt_data, "x"), {}, RetryClass::fatal},
      {Error(ErrorKind::cancelled, "x"), {}, RetryClass::fatal},
  };
  for (const Case& wanted : cases)
    EXPECT_EQ(classify_failure(wanted.error, wanted.progress), wanted.expected);
}

TEST(PercentCoding, OfPathsKeepsSlashes) {
  EXPECT_EQ(percent_encode_path("/a b/ü+~/c"), "/a%20b/%C3%BC%2B~/c");
  EXPECT_EQ(percent_encode("/a"), "%2Fa");
}

}  // namespace
}  // namespace fanfold
