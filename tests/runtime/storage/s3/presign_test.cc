// URLs that carry their signature, as a plain HTTP client uses them against real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/aws/sigv4.h"
#include "runtime/net/http_client.h"
#include "runtime/storage/s3/address.h"
#include "tests/support/s3_server.h"

namespace fanfold::s3 {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing_support::S3Server;
using testing_support::S3ServerKind;

class S3PresignTest : public testing::TestWithParam<S3ServerKind> {
 protected:
  void SetUp() override {
    if (!S3Server::program(GetParam())) {
      GTEST_SKIP() << testing_support::to_string(GetParam())
                   << " is not there; infra/setup/s3_servers.sh gets it";
    }
    auto started = S3Server::start(GetParam());
    ASSERT_TRUE(started) << started.error().message();
    m_server = std::move(*started);
    m_credentials = *m_server->settings().credentials();
    m_url = object_url(*make_endpoint(m_server->url(), "us-east-1"), Addressing::path, S3Server::k_bucket,
                       "a key/with +%&=ü");
  }
  std::string presigned(std::string_view method, SystemTime now,
                        std::span<const aws::HeaderField> headers = {}) {
    const aws::PresignInput input{
        .method = method, .url = m_url, .headers = headers, .expires_in = seconds(60)};
    const auto url = aws::presign(input, {.region = "us-east-1"}, *m_credentials, now, m_keys);
    EXPECT_TRUE(url) << url.error().message();
    return url ? *url : std::string();
  }
  static HttpResponse perform(const std::string& method, const std::string& url, std::string_view body = {},
                              std::vector<aws::HeaderField> headers = {}) {
    auto client = HttpClient::create();
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.body = body;
    request.headers = std::move(headers);
    request.total_timeout = seconds(20);
    auto response = client->perform(request, 1 << 20);
    EXPECT_TRUE(response) << response.error().message();
    return response ? *response : HttpResponse{};
  }

  std::unique_ptr<S3Server> m_server;
  std::shared_ptr<const aws::Credentials> m_credentials;
  aws::SigningKeyCache m_keys;
  std::string m_url;
};

TEST_P(S3PresignTest, LendsAPlainClientTheRightToWriteAndToRead) {
  const SystemTime now = system_clock().system_now();
  EXPECT_EQ(perform("GET", m_url).status, 403);
  const HttpResponse put = perform("PUT", presigned("PUT", now), "0123456789");
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(perform("GET", presigned("GET", now)).body, "0123456789");
  // What is not signed may be added: a range.
  const HttpResponse range = perform("GET", presigned("GET", now), {}, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(range.status, 206);
  EXPECT_EQ(range.body, "234");
}

TEST_P(S3PresignTest, IsGoodForItsMethodItsHeadersAndItsTime) {
  const SystemTime now = system_clock().system_now();
  ASSERT_EQ(perform("PUT", presigned("PUT", now), "0123456789").status, 200);
  EXPECT_EQ(perform("PUT", presigned("GET", now), "other").status, 403);
  const HttpResponse late = perform("GET", presigned("GET", now - seconds(120)));
  EXPECT_EQ(late.status, 403);
  EXPECT_THAT(late.body, HasSubstr("AccessDenied"));
  const std::vector<aws::HeaderField> range{{"Range", "bytes=2-4"}};
  const std::string url = presigned("GET", now, range);
  EXPECT_EQ(perform("GET", url, {}, range).body, "234");
  EXPECT_EQ(perform("GET", url, {}, {{"Range", "bytes=0-9"}}).status, 403);
  EXPECT_EQ(perform("GET", presigned("GET", now)).body, "0123456789");
}

INSTANTIATE_TEST_SUITE_P(Servers, S3PresignTest,
                         testing::Values(S3ServerKind::minio, S3ServerKind::versitygw),
                         [](const auto& instance) { return testing_support::to_string(instance.param); });

}  // namespace
}  // namespace fanfold::s3
