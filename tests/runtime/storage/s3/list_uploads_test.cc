// Unfinished uploads over many pages, and of servers with a will of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/storage/s3/object_requests.h"
#include "tests/runtime/core/fake_clock.h"
#include "tests/runtime/storage/s3/scripted_transport.h"

namespace fanfold::s3 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string page(const std::vector<std::string>& keys, const std::string& next) {
  std::string xml = "<ListMultipartUploadsResult>";
  for (const std::string& key : keys) {
    xml += fmt::format("<Upload><Key>{}</Key><UploadId>id-{}</UploadId></Upload>", key, key);
  }
  if (!next.empty()) {
    xml += fmt::format(
        "<IsTruncated>true</IsTruncated><NextKeyMarker>{}</NextKeyMarker><NextUploadIdMarker>id-{}"
        "</NextUploadIdMarker>",
        next, next);
  }
  return xml + "</ListMultipartUploadsResult>";
}

class ListUploadsTest : public testing::Test {
 protected:
  void script(const std::vector<std::string>& bodies, const std::string& endpoint) {
    std::vector<ScriptedAnswer> answers;
    for (const std::string& body : bodies) answers.push_back({.body = body});
    m_transport = std::make_unique<ScriptedTransport>(answers);
    ClientSettings settings;
    settings.endpoint_url = endpoint;
    settings.credentials = []() -> Result<std::shared_ptr<const aws::Credentials>> {
      auto made = std::make_shared<aws::Credentials>();
      made->access_key_id = "id";
      made->secret_access_key = Secret("secret");
      return std::shared_ptr<const aws::Credentials>(made);
    };
    m_client = std::move(*Client::create(std::move(settings), *m_transport, m_clock));
  }
  static std::vector<std::string> keys(const Result<std::vector<ListedUpload>>& uploads) {
    EXPECT_TRUE(uploads) << uploads.error().message();
    std::vector<std::string> all;
    for (const ListedUpload& upload : *uploads) all.push_back(upload.key);
    return all;
  }
  const std::vector<ScriptedTransport::Seen>& seen() { return m_transport->seen(); }

  FakeClock m_clock;
  std::unique_ptr<ScriptedTransport> m_transport;
  std::unique_ptr<Client> m_client;
};

TEST_F(ListUploadsTest, GoesOnWhereThePageBeforeEnded) {
  script({page({"a", "b"}, "b"), page({"b", "c"}, "c"), page({"d"}, "")}, "http://s3.example");
  EXPECT_THAT(keys(list_uploads(*m_client, "bucket", "", 2)), ElementsAre("a", "b", "b", "c", "d"));
  ASSERT_EQ(seen().size(), 3U);
  EXPECT_THAT(seen()[0].url, HasSubstr("max-uploads=2"));
  EXPECT_THAT(seen()[0].url, Not(HasSubstr("marker")));
  EXPECT_THAT(seen()[1].url, HasSubstr("key-marker=b&upload-id-marker=id-b"));
  EXPECT_THAT(seen()[2].url, HasSubstr("key-marker=c&upload-id-marker=id-c"));
}

TEST_F(ListUploadsTest, RefusesAListThatGoesRoundInCircles) {
  script({page({"a"}, "a"), page({"a"}, "a")}, "http://s3.example");
  const auto uploads = list_uploads(*m_client, "bucket", "");
  ASSERT_FALSE(uploads);
  EXPECT_EQ(uploads.error().kind(), ErrorKind::corrupt_data);
}

TEST_F(ListUploadsTest, AsksAServerOfOnesOwnForAllThatTheBucketHas) {
  script({page({}, ""), page({"out", "out/a", "outer/b"}, "")}, "http://s3.example");
  EXPECT_THAT(keys(list_uploads_below(*m_client, "bucket", "out/")), ElementsAre("out/a"));
  ASSERT_EQ(seen().size(), 2U);
  EXPECT_THAT(seen()[0].url, HasSubstr("prefix=out%2F&"));
  EXPECT_THAT(seen()[1].url, HasSubstr("prefix=&"));
}

TEST_F(ListUploadsTest, BelievesTheCloud) {
  script({page({}, "")}, "");
  EXPECT_THAT(keys(list_uploads_below(*m_client, "bucket", "out/")), ElementsAre());
}

}  // namespace
}  // namespace fanfold::s3
