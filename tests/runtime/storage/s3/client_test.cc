// What the client makes of a server that misbehaves. No test takes real time.
#include "runtime/storage/s3/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/object_writer.h"
#include "runtime/storage/s3/range_request.h"
#include "tests/runtime/core/fake_clock.h"
#include "tests/runtime/storage/s3/scripted_transport.h"

namespace fanfold::s3 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Object k_object{"bucket", "a key"};
const Error k_reset(ErrorKind::transient, "connection reset");

std::string error_body(std::string_view code, std::string_view more = {}) {
  return fmt::format("<Error><Code>{}</Code><Message>why</Message>{}</Error>", code, more);
}
ScriptedAnswer refusal(int status, std::string_view code, std::string_view more = {}) {
  return {.status = status, .headers = {{"x-amz-request-id", "R1"}}, .body = error_body(code, more)};
}
ScriptedAnswer lost(bool reused = false) {
  return {.status = 0, .failure = k_reset, .on_reused_connection = reused};
}
ScriptedAnswer part(std::string_view body, std::string_view range, std::string_view etag = "\"e\"") {
  return {.status = 206,
          .headers = {{"ETag", std::string(etag)}, {"Content-Range", std::string(range)}},
          .body = std::string(body)};
}

class S3ClientTest : public testing::Test {
 protected:
  void script(std::vector<ScriptedAnswer> answers, ClientSettings settings = {}) {
    m_transport = std::make_unique<ScriptedTransport>(std::move(answers));
    if (!settings.credentials) {
      settings.credentials = [this]() -> Result<std::shared_ptr<const aws::Credentials>> {
        return m_credentials;
      };
    }
    settings.random = [] { return 0.5; };
    m_client = std::move(*Client::create(std::move(settings), *m_transport, m_clock));
  }
  static std::shared_ptr<const aws::Credentials> credentials(std::string_view id) {
    auto made = std::make_shared<aws::Credentials>();
    made->access_key_id = id;
    made->secret_access_key = Secret("the-secret-key");
    made->session_token = Secret("the-session-token");
    return made;
  }
  Result<std::string> get() { return get_object(*m_client, k_object, 1000); }
  Status read_range(std::uint64_t offset, std::string& into) {
    S3RangeFetcher fetcher(*m_client, {"bucket", "a key", "\"e\"", 100});
    return fetcher.begin(offset, std::as_writable_bytes(std::span(into)))->wait();
  }
  const std::vector<ScriptedTransport::Seen>& seen() const { return m_transport->seen(); }

  FakeClock m_clock;
  std::shared_ptr<const aws::Credentials> m_credentials = credentials("AKID1");
  std::unique_ptr<ScriptedTransport> m_transport;
  std::unique_ptr<Client> m_client;
};

TEST_F(S3ClientTest, WaitsLongerWhereTheServerAsksForPatience) {
  script({refusal(503, "SlowDown"), refusal(503, "SlowDown"), {.headers = {{"ETag", "\"x\""}}}});
  EXPECT_EQ(put_object(*m_client, k_object, as_byte_span("abc"), SendChecksum::no).value(), "\"x\"");
  EXPECT_THAT(m_clock.sleeps(), ElementsAre(milliseconds(500), milliseconds(1000)));
  EXPECT_THAT(seen(), SizeIs(3));
  EXPECT_EQ(seen()[2].body, "abc");
}

TEST_F(S3ClientTest, ReplacesADeadConnectionAtOnce) {
  script({lost(true), {.headers = {{"ETag", "\"x\""}}}});
  EXPECT_TRUE(put_object(*m_client, k_object, as_byte_span("abc"), SendChecksum::no));
  EXPECT_THAT(m_clock.sleeps(), IsEmpty());
  EXPECT_FALSE(seen()[0].fresh_connection);
  EXPECT_TRUE(seen()[1].fresh_connection);
}

TEST_F(S3ClientTest, LearnsTheServersTime) {
  ScriptedAnswer skewed = refusal(403, "RequestTimeTooSkewed");
  skewed.headers.emplace_back("Date", "Sat, 01 Jan 2028 00:00:00 GMT");
  script({skewed, {}});
  EXPECT_TRUE(put_object(*m_client, k_object, {}, SendChecksum::no));
  EXPECT_THAT(seen()[1].header("x-amz-date"), testing::StartsWith("20280101T0000"));
  script({skewed, skewed});
  EXPECT_EQ(put_object(*m_client, k_object, {}, SendChecksum::no).error().kind(),
            ErrorKind::permission_denied);
}

TEST_F(S3ClientTest, FetchesNewCredentialsOnce) {
  ClientSettings settings;
  std::vector<std::string> refused;
  settings.refuse_credentials = [&](const std::shared_ptr<const aws::Credentials>& old) {
    refused.push_back(old->access_key_id);
    m_credentials = credentials("AKID2");
  };
  script({refusal(400, "ExpiredToken"), {}}, std::move(settings));
  EXPECT_TRUE(put_object(*m_client, k_object, {}, SendChecksum::no));
  EXPECT_THAT(refused, ElementsAre("AKID1"));
  EXPECT_THAT(seen()[1].header("authorization"), HasSubstr("Credential=AKID2/"));
}

TEST_F(S3ClientTest, FollowsTheBucketToItsRegion) {
  script({refusal(301, "PermanentRedirect", "<Region>eu-west-3</Region>"), {}, {}});
  EXPECT_TRUE(put_object(*m_client, k_object, {}, SendChecksum::no));
  EXPECT_EQ(seen()[0].url, "https://bucket.s3.us-east-1.amazonaws.com/a%20key");
  EXPECT_EQ(seen()[1].url, "https://bucket.s3.eu-west-3.amazonaws.com/a%20key");
  EXPECT_THAT(seen()[1].header("authorization"), HasSubstr("/eu-west-3/s3/"));
  EXPECT_TRUE(put_object(*m_client, k_object, {}, SendChecksum::no));  // and stays there
  EXPECT_THAT(seen()[2].url, HasSubstr("eu-west-3"));
}

TEST_F(S3ClientTest, TakesNoSuccessForOneThatSpeaksOfAnError) {
  script({{.body = error_body("InternalError")}, {}});
  EXPECT_TRUE(put_object(*m_client, k_object, {}, SendChecksum::no));
  EXPECT_THAT(seen(), SizeIs(2));
}

TEST_F(S3ClientTest, SaysWhatWhereWhyAndWhatToDoAndNoSecret) {
  script({refusal(403, "AccessDenied")});
  const auto put = put_object(*m_client, k_object, {}, SendChecksum::no);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind(), ErrorKind::permission_denied);
  EXPECT_THAT(
      put.error().message(),
      AllOf(HasSubstr("write 's3://bucket/a key'"), HasSubstr("403 AccessDenied: why"), HasSubstr("R1"),
            HasSubstr("check that these credentials"), Not(HasSubstr("the-secret-key")),
            Not(HasSubstr("the-session-token")), Not(HasSubstr("Signature"))));
  EXPECT_THAT(seen(), SizeIs(1));
}

TEST_F(S3ClientTest, GivesUpAfterItsAttempts) {
  ClientSettings settings;
  settings.retries.max_attempts = 3;
  script({lost(), lost(), lost()}, std::move(settings));
  const auto put = put_object(*m_client, k_object, {}, SendChecksum::no);
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().message(), AllOf(HasSubstr("connection reset"), HasSubstr("3 attempts")));
}

TEST_F(S3ClientTest, KeepsToItsDeadline) {
  ClientSettings settings;
  settings.deadline = seconds(2);
  script(std::vector<ScriptedAnswer>(4, refusal(503, "SlowDown")), std::move(settings));
  EXPECT_FALSE(put_object(*m_client, k_object, {}, SendChecksum::no));
  EXPECT_LE(m_clock.steady_now().time_since_epoch(), seconds(2));
}

TEST_F(S3ClientTest, SendsADigestWhereItIsWanted) {
  script({{}, {}});
  EXPECT_TRUE(put_object(*m_client, k_object, as_byte_span("123456789"), SendChecksum::crc32));
  EXPECT_EQ(seen()[0].header("x-amz-checksum-crc32"), "y/Q5Jg==");  // CBF43926, the check value of CRC-32
  EXPECT_EQ(seen()[0].header("x-amz-sdk-checksum-algorithm"), "CRC32");
  EXPECT_TRUE(put_object(*m_client, k_object, as_byte_span("123456789"), SendChecksum::no));
  EXPECT_EQ(seen()[1].header("x-amz-checksum-crc32"), "");
}

TEST_F(S3ClientTest, AsksForRangesOfOneObjectOnly) {
  script({part("0123456789", "bytes 20-29/100")});
  std::string into(10, ' ');
  ASSERT_TRUE(read_range(20, into));
  EXPECT_EQ(into, "0123456789");
  EXPECT_EQ(seen()[0].header("range"), "bytes=20-29");
  EXPECT_EQ(seen()[0].header("if-match"), "\"e\"");
}

TEST_F(S3ClientTest, GoesOnWhereARangeBrokeOff) {
  ScriptedAnswer cut = part("0123456789", "bytes 20-29/100");
  cut.failure = k_reset;
  cut.cut_after = 4;
  ScriptedAnswer cut_again = part("456789", "bytes 24-29/100");
  cut_again.failure = k_reset;
  cut_again.cut_after = 1;
  script({cut, cut_again, part("56789", "bytes 25-29/100")});
  std::string into(10, ' ');
  ASSERT_TRUE(read_range(20, into));
  EXPECT_EQ(into, "0123456789");
  EXPECT_EQ(seen()[1].header("range"), "bytes=24-29");
  EXPECT_EQ(seen()[2].header("range"), "bytes=25-29");
}

TEST_F(S3ClientTest, ReadsOnWhereAnAnswerWasShorterThanItSaid) {
  script({part("0123", "bytes 20-29/100"), part("456789", "bytes 24-29/100")});
  std::string into(10, ' ');
  ASSERT_TRUE(read_range(20, into));
  EXPECT_EQ(into, "0123456789");
}

TEST_F(S3ClientTest, RefusesAnotherRangeThanItAskedFor) {
  ScriptedAnswer whole = part("0123456789", "");
  whole.status = 200;
  script({part("0123456789", "bytes 0-9/100"), whole, part("0123456789", "bytes 20-29/100")});
  std::string into(10, ' ');
  ASSERT_TRUE(read_range(20, into));
  EXPECT_EQ(into, "0123456789");
  EXPECT_THAT(seen(), SizeIs(3));
}

TEST_F(S3ClientTest, NoticesThatAnObjectWasReplaced) {
  for (const ScriptedAnswer& answer :
       {part("0123456789", "bytes 20-29/100", "\"other\""), refusal(412, "PreconditionFailed")}) {
    script({answer});
    std::string into(10, ' ');
    const Status read = read_range(20, into);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind(), ErrorKind::corrupt_data);
    EXPECT_THAT(read.error().message(), AllOf(HasSubstr("bytes 20 to 29"), HasSubstr("changed")));
    EXPECT_EQ(into, std::string(10, ' '));
  }
}

class S3CompleteTest : public S3ClientTest {
 protected:
  Status complete() {
    const std::vector<PartReceipt> parts{{1, "\"a\"", 60}, {2, "\"b\"", 40}};
    return complete_upload(*m_client, k_object, "upload", parts);
  }
  static ScriptedAnswer head(std::string_view etag, std::string_view length) {
    return {.headers = {{"ETag", std::string(etag)}, {"Content-Length", std::string(length)}}};
  }
  const std::string k_done =
      "<CompleteMultipartUploadResult><ETag>\"x-2\"</ETag></CompleteMultipartUploadResult>";
};

TEST_F(S3CompleteTest, BelievesTheWholeDocumentAlone) {
  script({{.body = "   \n" + k_done}});
  EXPECT_TRUE(complete());
  EXPECT_EQ(seen()[0].url, "https://bucket.s3.us-east-1.amazonaws.com/a%20key?uploadId=upload");
  script({{.body = error_body("InternalError")}, {.body = k_done}});
  EXPECT_TRUE(complete());
}

TEST_F(S3CompleteTest, LooksWhetherItHappenedWhereTheAnswerGotLost) {
  script({lost(), refusal(404, "NoSuchUpload"), head("\"x-2\"", "100")});
  EXPECT_TRUE(complete());
  EXPECT_EQ(seen()[2].method, "HEAD");
}

TEST_F(S3CompleteTest, FailsWhereAnotherObjectIsThere) {
  for (const ScriptedAnswer& other :
       {head("\"x-3\"", "100"), head("\"x-2\"", "99"), head("\"x\"", "100"), ScriptedAnswer{.status = 404}}) {
    script({lost(), refusal(404, "NoSuchUpload"), other});
    const Status completed = complete();
    ASSERT_FALSE(completed);
    EXPECT_THAT(completed.error().message(), HasSubstr("NoSuchUpload"));
  }
}

TEST_F(S3CompleteTest, TakesAnEmptyAnswerForNone) {
  script({{.body = ""}, head("\"x-2\"", "100")});
  EXPECT_TRUE(complete());
  script({{.body = ""}, ScriptedAnswer{.status = 404}});
  EXPECT_FALSE(complete());
}

class S3WriterTest : public S3ClientTest {
 protected:
  static ScriptedAnswer created() {
    return {.body = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>"};
  }
  static ScriptedAnswer uploaded(std::string_view etag) { return {.headers = {{"ETag", std::string(etag)}}}; }
};

TEST_F(S3WriterTest, PutsWhatFitsOnePartAtOnce) {
  script({uploaded("\"x\"")});
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
  EXPECT_TRUE(writer.write("0123456789"));
  EXPECT_THAT(seen(), IsEmpty());
  EXPECT_TRUE(writer.commit());
  EXPECT_EQ(seen()[0].method, "PUT");
  EXPECT_EQ(seen()[0].body, "0123456789");
}

TEST_F(S3WriterTest, UploadsMoreInParts) {
  script({created(),
          uploaded("\"a\""),
          uploaded("\"b\""),
          uploaded("\"c\""),
          {.body = "<CompleteMultipartUploadResult><ETag>\"x-3\"</ETag></CompleteMultipartUploadResult>"}});
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
  EXPECT_TRUE(writer.write("0123456789abcdefghij"));
  EXPECT_TRUE(writer.write("KLM"));
  EXPECT_TRUE(writer.commit());
  EXPECT_EQ(seen()[2].body, "abcdefghij");
  EXPECT_EQ(seen()[3].body, "KLM");
  EXPECT_THAT(seen()[4].body, AllOf(HasSubstr("<PartNumber>3</PartNumber>"), HasSubstr("&quot;c&quot;")));
}

TEST_F(S3WriterTest, AbortsWhatIsNotCommitted) {
  script({created(), uploaded("\"a\""), {.status = 204}});
  {
    S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
    EXPECT_TRUE(writer.write("0123456789a"));
  }
  EXPECT_EQ(seen().back().method, "DELETE");
  EXPECT_THAT(seen().back().url, HasSubstr("uploadId=U"));
}

TEST_F(S3WriterTest, AbortsAfterAPartThatFails) {
  script({created(), refusal(403, "AccessDenied"), uploaded("\"b\""), {.status = 204}});
  {
    S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
    EXPECT_TRUE(writer.write("0123456789a"));
    EXPECT_EQ(writer.commit().error().kind(), ErrorKind::permission_denied);
  }
  EXPECT_EQ(seen().back().method, "DELETE");
}

}  // namespace
}  // namespace fanfold::s3
