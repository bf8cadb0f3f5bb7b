#include "runtime/storage/s3/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfold::s3 {
namespace {

using testing::HasSubstr;

TEST(S3Documents, ReadAnError) {
  const auto error = parse_error(
      "<?xml version=\"1.0\"?><Error><Code>PermanentRedirect</Code><Message>use &amp; other</Message>"
      "<Region>eu-west-1</Region><RequestId>42</RequestId></Error>");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "PermanentRedirect");
  EXPECT_EQ(error->message, "use & other");
  EXPECT_EQ(error->region, "eu-west-1");
  EXPECT_EQ(error->request_id, "42");
}

TEST(S3Documents, TakeNothingElseForAnError) {
  for (const char* text : {"", "<html><body>503</body></html>", "<Error><Code>x</Code>", "no XML",
                           "<!DOCTYPE Error [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>"}) {
    EXPECT_FALSE(parse_error(text)) << text;
  }
}

TEST(S3Documents, ReadThePagesOfAListing) {
  const auto page = parse_list_objects(
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>true</IsTruncated>"
      "<NextContinuationToken>t/1=</NextContinuationToken><EncodingType>url</EncodingType>"
      "<Contents><Key>a%2Fb+c%25</Key><Size>7</Size><ETag>&quot;e&quot;</ETag></Contents>"
      "<Contents><Key>d</Key><Size>5000000000</Size></Contents></ListBucketResult>");
  ASSERT_TRUE(page) << page.error().message();
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[0].key, "a/b c%");
  EXPECT_EQ(page->objects[0].etag, "\"e\"");
  EXPECT_EQ(page->objects[1].size_bytes, 5'000'000'000U);
  EXPECT_EQ(page->continuation, "t/1=");
}

TEST(S3Documents, LeaveKeysAloneThatAreNotEncoded) {
  const auto page = parse_list_objects(
      "<ListBucketResult><Contents><Key>a%2Fb+c</Key><Size>1</Size></Contents></ListBucketResult>");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->objects[0].key, "a%2Fb+c");
  EXPECT_TRUE(page->continuation.empty());
}

TEST(S3Documents, RefuseListingsThatCannotBeBelieved) {
  const std::string head = "<ListBucketResult>", tail = "</ListBucketResult>";
  for (const std::string& body :
       {head + "<Contents><Key>a</Key><Size>-1</Size></Contents>" + tail,
        head + "<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>" + tail,
        head + "<Contents><Size>1</Size></Contents>" + tail, head + "<IsTruncated>true</IsTruncated>" + tail,
        head + "<EncodingType>url</EncodingType><Contents><Key>a%2</Key><Size>1</Size></Contents>" + tail,
        head + "<Contents><Key>a</Key><Size>1</Size></Contents>", std::string("<Other/>")}) {
    const auto page = parse_list_objects(body);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().kind(), ErrorKind::corrupt_data);
  }
}

TEST(S3Documents, ReadPartsAndUploads) {
  const auto parts = parse_list_parts(
      "<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker>"
      "<Part><PartNumber>2</PartNumber><ETag>\"x\"</ETag><Size>9</Size></Part></ListPartsResult>");
  ASSERT_TRUE(parts) << parts.error().message();
  EXPECT_EQ(parts->parts[0].part, 2U);
  EXPECT_EQ(parts->parts[0].size_bytes, 9U);
  EXPECT_EQ(parts->next_marker, 2U);
  const auto uploads = parse_list_uploads(
      "<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>u</UploadId>"
      "<Initiated>2026-01-01T00:00:00Z</Initiated></Upload></ListMultipartUploadsResult>");
  ASSERT_TRUE(uploads) << uploads.error().message();
  EXPECT_EQ(uploads->uploads[0].upload_id, "u");
  EXPECT_EQ(uploads->uploads[0].initiated, SystemTime(std::chrono::seconds(1'767'225'600)));
  EXPECT_TRUE(uploads->next_key.empty());
  EXPECT_FALSE(parse_list_parts("<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>"));
}

TEST(S3Documents, TellWhenAnObjectChangedOrThatTheyDoNot) {
  const auto listed = [](std::string_view time) {
    return parse_list_objects(fmt::format(
        "<ListBucketResult><Contents><Key>k</Key><Size>1</Size>{}</Contents></ListBucketResult>", time));
  };
  const auto dated = listed("<LastModified>2026-01-01T00:00:01.500Z</LastModified>");
  ASSERT_TRUE(dated) << dated.error().message();
  EXPECT_EQ(dated->objects[0].modified, SystemTime(std::chrono::seconds(1'767'225'601)));
  const auto undated = listed("");
  ASSERT_TRUE(undated) << undated.error().message();
  EXPECT_FALSE(undated->objects[0].modified);
  for (const char* wrong : {"yesterday", "2026-13-01T00:00:00Z", "2026-01-01", "1767225601"}) {
    const auto refused = listed(fmt::format("<LastModified>{}</LastModified>", wrong));
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().kind(), ErrorKind::corrupt_data);
    EXPECT_NE(refused.error().message().find("<LastModified>"), std::string::npos);
  }
}

TEST(S3Documents, BelieveInACompletedUploadOnlyWhenItIsWritten) {
  EXPECT_EQ(
      parse_completed_upload("  \n<?xml version=\"1.0\"?><CompleteMultipartUploadResult><ETag>\"a-2\"</ETag>"
                             "</CompleteMultipartUploadResult>")
          .value()
          .etag,
      "\"a-2\"");
  EXPECT_TRUE(
      parse_completed_upload("<CompleteMultipartUploadResult><ETag/></CompleteMultipartUploadResult>"));
  for (const char* text : {"", "   ", "<Error><Code>InternalError</Code></Error>",
                           "<CompleteMultipartUploadResult><ETag>\"a-2\"</ETag>"}) {
    EXPECT_FALSE(parse_completed_upload(text)) << text;
  }
}

TEST(S3Documents, WriteWhatCompletesAnUpload) {
  const std::vector<PartReceipt> parts{{1, "\"a\"", 5}, {3, "b&<", 6}};
  EXPECT_EQ(complete_upload_body(parts),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>"
            "<Part><PartNumber>3</PartNumber><ETag>b&amp;&lt;</ETag></Part></CompleteMultipartUpload>");
}

TEST(S3Documents, NameWhatIsMissing) {
  EXPECT_THAT(parse_created_upload("<InitiateMultipartUploadResult/>").error().message(),
              HasSubstr("<UploadId>"));
  EXPECT_THAT(parse_copied_part("<html/>").error().message(), HasSubstr("CopyPartResult"));
}

}  // namespace
}  // namespace fanfold::s3
