// Objects written as streams: their parts, their limits, and what is left when writing ends early.
#include "runtime/storage/s3/object_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "runtime/storage/s3/shared_upload.h"
#include "tests/runtime/storage/s3/client_fixture.h"

namespace fanfold::s3 {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class S3WriterTest : public S3ClientTest {
 protected:
  static ScriptedAnswer created() {
    return {.body = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>"};
  }
  static ScriptedAnswer completed() {
    return {.body = "<CompleteMultipartUploadResult><ETag>\"x-3\"</ETag></CompleteMultipartUploadResult>"};
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
  script({created(), uploaded("\"a\""), uploaded("\"b\""), uploaded("\"c\""), completed()});
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
  EXPECT_TRUE(writer.write("0123456789abcdefghij"));
  EXPECT_TRUE(writer.write("KLM"));
  EXPECT_TRUE(writer.commit());
  EXPECT_EQ(seen()[2].body, "abcdefghij");
  EXPECT_EQ(seen()[3].body, "KLM");
  EXPECT_THAT(seen()[4].body, AllOf(HasSubstr("<PartNumber>3</PartNumber>"), HasSubstr("&quot;c&quot;")));
}

TEST_F(S3WriterTest, KnowsItsOwnObjectWhereTheAnswerGotLost) {
  script({lost(), refusal(412, "PreconditionFailed"), {.headers = {{"Content-Length", "10"}}}});
  S3ObjectWriter writer(*m_client, k_object, {.existing = Existing::refuse});
  ASSERT_TRUE(writer.write("0123456789"));
  EXPECT_EQ(writer.commit().error().kind(), ErrorKind::invalid_argument) << "the object names another writer";
  EXPECT_EQ(seen()[0].header("If-None-Match"), "*");

  const CreateOnce once{"w"};
  script({lost(),
          refusal(412, "PreconditionFailed"),
          {.headers = {{"Content-Length", "10"}, {"x-amz-meta-fanfold-writer", "w"}}}});
  EXPECT_TRUE(put_new_object(*m_client, k_object, as_byte_span("0123456789"), SendChecksum::no, once));
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

TEST_F(S3WriterTest, MakesPartsOfOneSizeHoweverTheBytesCome) {
  std::vector<ScriptedAnswer> answers{created()};
  answers.insert(answers.end(), 10, uploaded("\"p\""));
  answers.push_back(completed());
  script(std::move(answers));
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
  std::string all;
  std::mt19937 random(11);
  while (all.size() < 95) {
    const std::string piece(std::min<std::size_t>(random() % 23, 95 - all.size()),
                            static_cast<char>('a' + all.size() % 26));
    EXPECT_TRUE(writer.write(piece));
    all += piece;
  }
  EXPECT_TRUE(writer.commit());
  ASSERT_EQ(seen().size(), 12U);
  std::string sent;
  for (std::size_t i = 1; i + 1 < seen().size(); ++i) {
    EXPECT_EQ(seen()[i].body.size(), i < 10 ? 10U : 5U);
    EXPECT_THAT(seen()[i].url, HasSubstr(fmt::format("partNumber={}&", i)));
    sent += seen()[i].body;
  }
  EXPECT_EQ(sent, all);
}

TEST_F(S3WriterTest, RefusesAtOnceWhatNoUploadHasPartsFor) {
  script({created(), uploaded("\"a\""), {.status = 204}});
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
  EXPECT_TRUE(writer.write("0123456789a"));
  const Status refused = writer.write(std::string(10 * k_max_parts - 10, 'b'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_argument);
  EXPECT_THAT(refused.error().message(), AllOf(HasSubstr("s3://bucket/a key"), HasSubstr("10000 parts")));
}

TEST_F(S3WriterTest, MayHaveAsManyPartsAsThereAre) {
  std::vector<ScriptedAnswer> answers{created()};
  answers.insert(answers.end(), k_max_parts, uploaded("\"p\""));
  answers.push_back(completed());
  script(std::move(answers));
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 1});
  EXPECT_TRUE(writer.write(std::string(k_max_parts, 'x')));
  EXPECT_TRUE(writer.commit());
  EXPECT_THAT(seen()[k_max_parts].url, HasSubstr("partNumber=10000&"));
}

TEST_F(S3WriterTest, FetchesNewCredentialsOnceInTheMiddleOfAnUpload) {
  ClientSettings settings;
  std::vector<std::string> refused;
  settings.refuse_credentials = [&](const std::shared_ptr<const aws::Credentials>& old) {
    refused.push_back(old->access_key_id);
    m_credentials = credentials("AKID2");
  };
  script({created(), uploaded("\"a\""), refusal(400, "ExpiredToken"), uploaded("\"b\""), uploaded("\"c\""),
          completed()},
         std::move(settings));
  S3ObjectWriter writer(*m_client, k_object, {.part_bytes = 10});
  EXPECT_TRUE(writer.write("0123456789abcdefghijKLM"));
  EXPECT_TRUE(writer.commit());
  EXPECT_THAT(refused, ElementsAre("AKID1"));
  std::vector<std::string> parts;
  for (const auto& request : seen()) {
    if (request.method == "PUT" && request.header("authorization").find("AKID2") != std::string::npos) {
      parts.push_back(request.body);
    }
  }
  // Part 3 was on its way when part 2 was refused.
  EXPECT_THAT(parts, testing::Contains("abcdefghij"));
  EXPECT_THAT(seen().back().header("authorization"), HasSubstr("AKID2"));
}

// Parts of ranges that different calls write, as long as no range is shorter than a unit.
TEST(S3PartGrid, NumbersPartsInOrderAndNoneTwice) {
  std::mt19937_64 random(3);
  for (const std::uint64_t size : {std::uint64_t{5} << 20, std::uint64_t{50} << 30, std::uint64_t{5} << 40}) {
    const PartGrid grid(size);
    std::uint32_t last = 0;
    for (std::uint64_t offset = 0; offset < size;) {
      std::uint64_t length = grid.unit() + random() % (9 * grid.unit());
      if (size - offset < length + grid.unit()) length = size - offset;
      std::uint64_t sum = 0;
      for (const std::uint64_t part : grid.split(length)) {
        const std::uint32_t number = grid.number_at(offset + sum);
        ASSERT_GT(number, last);
        ASSERT_GE(part, std::min(grid.unit(), length));
        last = number;
        sum += part;
      }
      ASSERT_EQ(sum, length);
      offset += length;
    }
    EXPECT_LE(last, k_max_parts) << size;
  }
}

}  // namespace
}  // namespace fanfold::s3
