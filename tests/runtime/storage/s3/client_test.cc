// What the client makes of a server that misbehaves. No test takes real time.
#include "runtime/storage/s3/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/storage/s3/object_writer.h"
#include "tests/runtime/storage/s3/client_fixture.h"

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

// The one that a job is to replace has the same size and as many parts, and yet other bytes.
TEST_F(S3CompleteTest, DoesNotTakeAnOlderObjectOfTheSameShapeForItsOwn) {
  const std::vector<PartReceipt> parts{{1, "\"0cc175b9c0f1b6a831c399e269772661\"", 60},
                                       {2, "\"92eb5ffee6ae2fec3ad71c777531578f\"", 40}};
  const auto complete_with = [&](std::string_view etag) {
    script({refusal(404, "NoSuchUpload"), head(etag, "100")});
    return complete_upload(*m_client, k_object, "upload", parts);
  };
  EXPECT_TRUE(complete_with("\"96e024ba2074fe77e8e965ba43a704be-2\""));
  EXPECT_FALSE(complete_with("\"00000000000000000000000000000000-2\""));
}

TEST_F(S3CompleteTest, TakesAnEmptyAnswerForNone) {
  script({{.body = ""}, head("\"x-2\"", "100")});
  EXPECT_TRUE(complete());
  script({{.body = ""}, ScriptedAnswer{.status = 404}});
  EXPECT_FALSE(complete());
}

}  // namespace
}  // namespace fanfold::s3
