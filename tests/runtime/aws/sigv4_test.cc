#include "runtime/aws/sigv4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "runtime/aws/timestamps.h"
#include "runtime/core/digest.h"
#include "runtime/core/uuid.h"
#include "runtime/net/url.h"

namespace fanfold::aws {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

SystemTime time_of(std::string_view text) {
  const auto time = parse_iso_timestamp(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(SystemTime());
}

std::string header(const std::vector<HeaderField>& headers, std::string_view name) {
  std::string found;
  for (const auto& [key, value] : headers) {
    if (key == name) found += value;
  }
  return found;
}

Credentials keys_of(std::string id, std::string_view secret, std::string_view token = {}) {
  return {.access_key_id = std::move(id),
          .secret_access_key = Secret(secret),
          .session_token = Secret(token),
          .expiry = {},
          .source = "test"};
}

// The examples of the S3 manual, "Authenticating requests (AWS Signature Version 4)".
struct S3Example {
  std::string name;
  std::string method;
  std::string url;
  std::vector<HeaderField> headers;
  std::string body;
  std::string signature;
};

class S3ManualTest : public testing::TestWithParam<S3Example> {
 protected:
  const Credentials m_credentials =
      keys_of("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  const SigningScope m_scope{.region = "us-east-1", .headers = HeaderChoice::all};
  const SystemTime m_now = time_of("2013-05-24T00:00:00Z");
  SigningKeyCache m_keys;
};

TEST_P(S3ManualTest, HasTheSignatureOfTheManual) {
  const S3Example& example = GetParam();
  const std::string hash = sha256_hex(as_byte_span(example.body));
  const auto headers = sign({.method = example.method,
                             .url = example.url,
                             .headers = example.headers,
                             .body = example.body,
                             .payload_hash = hash},
                            m_scope, m_credentials, m_now, m_keys);
  ASSERT_TRUE(headers) << headers.error().message();
  EXPECT_THAT(header(*headers, "Authorization"), EndsWith("Signature=" + example.signature));
  EXPECT_EQ(header(*headers, "X-Amz-Content-Sha256"), hash);
}

INSTANTIATE_TEST_SUITE_P(
    Sigv4, S3ManualTest,
    testing::Values(S3Example{"GetObject",
                              "GET",
                              "https://examplebucket.s3.amazonaws.com/test.txt",
                              {{"Range", "bytes=0-9"}},
                              "",
                              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
                    S3Example{"PutObject",
                              "PUT",
                              "https://examplebucket.s3.amazonaws.com/test%24file.text",
                              {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                               {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                              "Welcome to Amazon S3.",
                              "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
                    S3Example{"GetBucketLifecycle",
                              "GET",
                              "https://examplebucket.s3.amazonaws.com/?lifecycle",
                              {},
                              "",
                              "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
                    S3Example{"ListObjects",
                              "GET",
                              "https://examplebucket.s3.amazonaws.com/?prefix=J&max-keys=2",
                              {},
                              "",
                              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"}),
    [](const auto& test) { return test.param.name; });

TEST_F(S3ManualTest, PresignsTheUrlOfTheManual) {
  const auto url = presign(
      {.url = "https://examplebucket.s3.amazonaws.com/test.txt", .expires_in = std::chrono::seconds(86400)},
      m_scope, m_credentials, m_now, m_keys);
  ASSERT_TRUE(url) << url.error().message();
  EXPECT_EQ(*url,
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

// Requests of the public test suite of AWS for the general rules. Its "raw" paths and queries are no URLs, so
// the canonical form is asked directly.
struct SuiteExample {
  std::string name;
  std::string method;
  std::string path;
  std::string query;
  std::vector<HeaderField> headers;
  PathRule rule;
  std::string signature;
};

class SuiteTest : public testing::TestWithParam<SuiteExample> {};

TEST_P(SuiteTest, HasTheSignatureOfTheSuite) {
  const SuiteExample& example = GetParam();
  std::vector<HeaderField> headers{{"Host", "example.amazonaws.com"}};
  headers.insert(headers.end(), example.headers.begin(), example.headers.end());
  headers.emplace_back("X-Amz-Date", "20150830T123600Z");
  // Unnormalised paths of the suite are still encoded.
  const CanonicalRequest request = canonical_request({.method = example.method,
                                                      .path = example.path,
                                                      .query = example.query,
                                                      .headers = headers,
                                                      .payload_hash = k_empty_payload_hash},
                                                     example.rule);
  const Secret key = derive_signing_key(Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "20150830",
                                        "us-east-1", "service");
  const std::string text =
      string_to_sign("20150830T123600Z", "20150830/us-east-1/service/aws4_request", request.text);
  EXPECT_EQ(to_hex(hmac_sha256(as_byte_span(key.reveal()), text)), example.signature) << request.text;
}

constexpr PathRule k_general = PathRule::normalised_and_encoded;
const std::string k_unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

INSTANTIATE_TEST_SUITE_P(
    Sigv4, SuiteTest,
    testing::Values(SuiteExample{"GetVanilla",
                                 "GET",
                                 "/",
                                 "",
                                 {},
                                 k_general,
                                 "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
                    SuiteExample{"RelativePath",
                                 "GET",
                                 "/example1/example2/../..",
                                 "",
                                 {},
                                 k_general,
                                 "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
                    SuiteExample{"DoubledSlashes",
                                 "GET",
                                 "//example//",
                                 "",
                                 {},
                                 k_general,
                                 "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
                    SuiteExample{"SlashDotSlashAsSent",
                                 "GET",
                                 "/./",
                                 "",
                                 {},
                                 PathRule::as_sent,
                                 "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145"},
                    SuiteExample{"BlankInPath",
                                 "GET",
                                 "/example space/",
                                 "",
                                 {},
                                 k_general,
                                 "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
                    SuiteExample{"Utf8InPath",
                                 "GET",
                                 "/ሴ",
                                 "",
                                 {},
                                 k_general,
                                 "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
                    SuiteExample{"UnreservedInQuery",
                                 "GET",
                                 "/",
                                 k_unreserved + "=" + k_unreserved,
                                 {},
                                 k_general,
                                 "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
                    SuiteExample{"QueryInEncodedOrder",
                                 "GET",
                                 "/",
                                 "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
                                 {},
                                 k_general,
                                 "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
                    SuiteExample{"HeaderTrim",
                                 "GET",
                                 "/",
                                 "",
                                 {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
                                 k_general,
                                 "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
                    SuiteExample{
                        "HeaderTwice",
                        "GET",
                        "/",
                        "",
                        {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
                        k_general,
                        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
                    SuiteExample{"HeaderOrder",
                                 "POST",
                                 "/",
                                 "",
                                 {{"My-Header1", "value1"}},
                                 k_general,
                                 "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
                    SuiteExample{"SessionToken",
                                 "GET",
                                 "/",
                                 "",
                                 {{"X-Amz-Security-Token",
                                   "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"}},
                                 k_general,
                                 "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"}),
    [](const auto& test) { return test.param.name; });

class BotocoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(FANFOLD_TEST_DATA "/aws/sigv4_vectors.json");
    m_vectors = nlohmann::json::parse(file);
    ASSERT_EQ(m_vectors.size(), 300u);
  }
  static Credentials credentials(const nlohmann::json& vector) {
    return keys_of(vector["id"], vector["secret"].get<std::string>(), vector["token"].get<std::string>());
  }
  static SigningScope scope(const nlohmann::json& vector) {
    const bool s3 = vector["service"] == "s3";
    return {.region = vector["region"],
            .service = vector["service"],
            .rules = s3 ? ServiceRules::s3 : ServiceRules::general,
            .headers = HeaderChoice::all};
  }
  void expect_headers_agree(const nlohmann::json& vector) {
    const std::string method = vector["method"];
    const std::string url = vector["url"];
    const std::string body = vector["body"];
    const std::string hash = vector["payload_hash"];
    const std::vector<HeaderField> given = vector["headers"];
    const bool plain = url.starts_with("http:");
    const auto headers =
        sign({.method = method,
              .url = url,
              .headers = given,
              .body = body,
              .payload_hash = plain ? std::string_view() : hash},  // over plain HTTP the rules must agree too
             scope(vector), credentials(vector), time_of(vector["time"].get<std::string>()), m_keys);
    ASSERT_TRUE(headers) << headers.error().message();
    EXPECT_EQ(header(*headers, "Authorization"), vector["authorization"].get<std::string>()) << vector;
    EXPECT_EQ(header(*headers, "X-Amz-Content-Sha256"), hash);
    EXPECT_EQ(header(*headers, "X-Amz-Security-Token"), vector["token"].get<std::string>());
  }
  void expect_urls_agree(const nlohmann::json& vector) {
    const std::string method = vector["method"];
    const std::string url = vector["url"];
    const std::vector<HeaderField> given = vector["headers"];
    const auto made =
        presign({.method = method,
                 .url = url,
                 .headers = given,
                 .expires_in = std::chrono::seconds(vector["expires"].get<int>()),
                 .payload_hash = vector["service"] == "s3" ? k_unsigned_payload : k_empty_payload_hash},
                scope(vector), credentials(vector), time_of(vector["time"].get<std::string>()), m_keys);
    ASSERT_TRUE(made) << made.error().message();
    const auto ours = Url::parse(*made);
    const auto theirs = Url::parse(vector["signed_url"].get<std::string>());
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(ours->path, theirs->path);
    // As sets of parameters: botocore writes "a=" where it was given "a".
    EXPECT_EQ(canonical_query(ours->query), canonical_query(theirs->query)) << vector;
  }
  nlohmann::json m_vectors;
  SigningKeyCache m_keys;
};

TEST_F(BotocoreTest, AgreesOnEverySignedRequest) {
  int compared = 0;
  for (const auto& vector : m_vectors) {
    if (!vector.contains("authorization")) continue;
    expect_headers_agree(vector);
    ++compared;
  }
  EXPECT_EQ(compared, 180);
}

TEST_F(BotocoreTest, AgreesOnEveryPresignedUrl) {
  int compared = 0;
  for (const auto& vector : m_vectors) {
    if (!vector.contains("signed_url")) continue;
    expect_urls_agree(vector);
    ++compared;
  }
  EXPECT_EQ(compared, 120);
}

class SignTest : public testing::Test {
 protected:
  Result<std::vector<HeaderField>> try_sign(const SigningInput& input) {
    return sign(input, m_scope, m_credentials, m_now, m_keys);
  }
  Credentials m_credentials = keys_of("AKIDTEST", "a-secret-of-the-test", "a-token-of-the-test");
  SigningScope m_scope{.region = "eu-central-1"};
  SystemTime m_now = time_of("2026-11-21T14:23:19Z");
  SigningKeyCache m_keys;
};

TEST_F(SignTest, ReplacesWhatAnEarlierAttemptSet) {
  const std::vector<HeaderField> given{{"X-Amz-Meta-A", "1"}};
  const auto first = try_sign({.url = "https://old.example/key", .headers = given});
  ASSERT_TRUE(first);
  m_credentials.session_token = Secret();
  m_now += std::chrono::hours(1);
  const auto again = try_sign({.url = "https://new.example/key", .headers = *first});
  const auto fresh = try_sign({.url = "https://new.example/key", .headers = given});
  ASSERT_TRUE(again && fresh);
  EXPECT_EQ(*again, *fresh);
  EXPECT_EQ(header(*again, "Host"), "new.example");
  EXPECT_EQ(header(*again, "X-Amz-Date"), "20261121T152319Z");
  EXPECT_EQ(header(*again, "X-Amz-Security-Token"), "");
}

TEST_F(SignTest, LeavesUnsignedWhatProxiesMayChange) {
  const std::vector<HeaderField> given{{"User-Agent", "x"},   {"Accept-Encoding", "x"}, {"Connection", "x"},
                                       {"Expect", "x"},       {"Range", "bytes=0-1"},   {"X-AMZ-Meta-A", "1"},
                                       {"Content-Type", "x"}, {"content-md5", "x"}};
  const auto essential = try_sign({.url = "https://a.example/", .headers = given});
  ASSERT_TRUE(essential);
  EXPECT_THAT(header(*essential, "Authorization"),
              HasSubstr("SignedHeaders=content-md5;content-type;host;x-amz-content-sha256;x-amz-date;"
                        "x-amz-meta-a;x-amz-security-token,"));
  EXPECT_EQ(header(*essential, "Range"), "bytes=0-1");  // sent all the same
  m_scope.headers = HeaderChoice::all;
  const auto all = try_sign({.url = "https://a.example/", .headers = given});
  ASSERT_TRUE(all);
  EXPECT_THAT(header(*all, "Authorization"),
              testing::AllOf(HasSubstr(";range;"), Not(HasSubstr("user-agent")),
                             Not(HasSubstr("accept-encoding")), Not(HasSubstr("connection"))));
}

TEST_F(SignTest, HashesPayloadsOverPlainHttpAndNotOverTls) {
  const auto hash_of = [&](std::string_view url, std::string_view body) {
    const auto headers = try_sign({.method = "PUT", .url = url, .body = body});
    return headers ? header(*headers, "X-Amz-Content-Sha256") : headers.error().message();
  };
  EXPECT_EQ(hash_of("https://a.example/k", "body"), k_unsigned_payload);
  EXPECT_EQ(hash_of("http://a.example/k", "body"), sha256_hex(as_byte_span("body")));
  EXPECT_EQ(hash_of("https://a.example/k", ""), k_empty_payload_hash);
  m_scope.rules = ServiceRules::general;
  EXPECT_EQ(hash_of("https://a.example/k", "body"), "");
  EXPECT_EQ(payload_hash_by_rules(ServiceRules::general, true, "body"), sha256_hex(as_byte_span("body")));
}

TEST_F(SignTest, NamesThePortUnlessItIsTheSchemesOwn) {
  const auto host_of = [&](std::string_view url) { return header(*try_sign({.url = url}), "Host"); };
  EXPECT_EQ(host_of("http://A.example:80/"), "a.example");
  EXPECT_EQ(host_of("https://a.example:443/"), "a.example");
  EXPECT_EQ(host_of("http://a.example:443/"), "a.example:443");
  EXPECT_EQ(host_of("http://[::1]:9000/"), "[::1]:9000");
}

TEST_F(SignTest, RefusesWhatCannotBeSignedWithoutTellingSecrets) {
  EXPECT_FALSE(try_sign({.url = "ftp://a.example/"}));
  EXPECT_FALSE(try_sign({.url = "https://a.example/white space"}));
  const auto presigned = presign({.url = "https://a.example/?x-amz-signature=1&X-Amz-Signature=2"}, m_scope,
                                 m_credentials, m_now, m_keys);
  ASSERT_FALSE(presigned);
  EXPECT_THAT(presigned.error().message(), HasSubstr("signed already"));
  for (const int seconds : {0, -1, 604801}) {
    const auto made = presign({.url = "https://a.example/", .expires_in = std::chrono::seconds(seconds)},
                              m_scope, m_credentials, m_now, m_keys);
    EXPECT_FALSE(made) << seconds;
  }
  m_scope.region.clear();
  const auto no_region = try_sign({.url = "https://a.example/"});
  ASSERT_FALSE(no_region);
  EXPECT_EQ(no_region.error().kind(), ErrorKind::invalid_argument);
  EXPECT_THAT(no_region.error().message(),
              testing::AllOf(HasSubstr("AWS_REGION"), Not(HasSubstr("secret-of"))));
  m_scope.region = "x";
  m_credentials.secret_access_key = Secret();
  EXPECT_FALSE(try_sign({.url = "https://a.example/"}));
}

TEST_F(SignTest, LeavesPathsOfS3AsTheyAre) {
  EXPECT_EQ(canonical_path("/a/../b//c/%2F", PathRule::as_sent), "/a/../b//c/%2F");
  EXPECT_EQ(canonical_path("/a/../b//c/%2F", PathRule::normalised_and_encoded), "/b/c/%252F");
  EXPECT_EQ(canonical_path("", PathRule::as_sent), "/");
  EXPECT_EQ(canonical_path("/../..", PathRule::normalised_and_encoded), "/");
}

TEST_F(SignTest, SortsQueriesByNameAndThenValue) {
  EXPECT_EQ(canonical_query("b=2&a-b=1&a=2&a=1&uploads"), "a=1&a=2&a-b=1&b=2&uploads=");
  EXPECT_EQ(canonical_query("x=a=b&y=%7e&z=%&&"), "x=a%3Db&y=~&z=%25");
  EXPECT_EQ(canonical_query(""), "");
}

TEST(SigningKeyCache, KeepsTheKeysUsedLast) {
  SigningKeyCache cache(2);
  const Secret secret("s");
  const Secret first = cache.get(secret, "20261121", "a", "s3");
  EXPECT_EQ(first, derive_signing_key(secret, "20261121", "a", "s3"));
  EXPECT_EQ(cache.get(secret, "20261121", "a", "s3"), first);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_FALSE(cache.get(Secret("t"), "20261121", "a", "s3") == first);
  EXPECT_FALSE(cache.get(secret, "20261122", "a", "s3") == first);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.get(secret, "20261121", "a", "s3"), first);  // evicted, derived anew
}

TEST(SigningKeyCache, ServesManyThreadsAtOnce) {
  SigningKeyCache cache(3);
  std::vector<std::jthread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string region = std::to_string((i + t) % 5);
        const Secret secret("s" + region);
        wrong += cache.get(secret, "20261121", region, "s3") ==
                         derive_signing_key(secret, "20261121", region, "s3")
                     ? 0
                     : 1;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(cache.size(), 3u);
}

}  // namespace
}  // namespace fanfold::aws
