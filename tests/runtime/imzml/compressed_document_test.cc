#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/imzml/document_stream.h"
#include "tests/runtime/imzml/test_documents.h"
#include "tests/support/deflate.h"

namespace fanfold::imzml::testing {
namespace {

using fanfold::testing::gzip_member;
using ::testing::HasSubstr;

// All of a document in pieces of this size, or the message of what went wrong.
std::string unpacked(const std::string& stored, std::size_t piece) {
  const MemoryByteSource source = source_of("a.imzML.gz", stored);
  const auto document = open_document(source);
  if (!document) return document.error().message();
  std::string text;
  std::vector<std::byte> buffer(piece);
  for (;;) {
    const auto bytes = (*document)->read(buffer);
    if (!bytes) return bytes.error().message();
    text += as_text(Bytes(buffer).first(*bytes));
    if (*bytes < piece) return text;
  }
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += fmt::format("line {}\n", i * 7919);
  return text;
}

TEST(OpenDocument, ReadsPlainAndGzipAlikeInPiecesOfAnySize) {
  const std::string text = long_text();
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{65536}, text.size(), text.size() + 1}) {
    EXPECT_EQ(unpacked(text, piece), text);
    EXPECT_EQ(unpacked(gzip_member(text), piece), text);
  }
  EXPECT_EQ(unpacked("", 10), "");
  EXPECT_EQ(unpacked("\x1f", 10), "\x1f");
  EXPECT_EQ(unpacked(gzip_member(""), 10), "");
}

TEST(OpenDocument, ReadsConcatenatedMembers) {
  const std::string text = long_text();
  std::string members;
  for (std::size_t at = 0; at < text.size(); at += 50'000) {
    members += gzip_member(text.substr(at, 50'000)) + gzip_member("");
  }
  EXPECT_EQ(unpacked(members, 4096), text);
}

TEST(OpenDocument, RefusesEveryTruncationOfGzip) {
  const std::string stored =
      gzip_member("a text of some length, a text of some length") + gzip_member("another");
  const std::size_t first = gzip_member("a text of some length, a text of some length").size();
  for (std::size_t length = 2; length < stored.size(); ++length) {
    if (length == first) continue;  // a whole member
    EXPECT_THAT(unpacked(stored.substr(0, length), 7),
                HasSubstr("'a.imzML.gz' ends in the middle of its gzip data"))
        << length;
  }
}

TEST(OpenDocument, ComparesChecksumsAndNoticesWhatFollows) {
  const std::string good = gzip_member(long_text());
  std::string wrong_crc = good;
  wrong_crc[good.size() - 8] = static_cast<char>(wrong_crc[good.size() - 8] ^ 1);
  EXPECT_THAT(unpacked(wrong_crc, 4096), HasSubstr("is damaged: before byte"));
  EXPECT_THAT(unpacked(wrong_crc, 4096), HasSubstr("incorrect data check"));
  std::string wrong_length = good;
  wrong_length[good.size() - 1] = static_cast<char>(wrong_length[good.size() - 1] ^ 1);
  EXPECT_THAT(unpacked(wrong_length, 4096), HasSubstr("incorrect length check"));
  EXPECT_THAT(unpacked(good + "more", 4096), HasSubstr("incorrect header check"));
}

DocumentText one_pixel() {
  DocumentText document;
  document.add(1, 1, {"16", "3", "24"}, {"40", "3", "12"});
  return document;
}

TEST(ReadImzml, ReadsGzipAsItReadsThePlainDocument) {
  const std::string xml = one_pixel().text();
  const ReadOptions options{.strict = true, .chunk_bytes = 100};
  const auto plain = read(source_of("a.imzML", xml), source_of("a.ibd", ibd_of_size(52)), options);
  const auto packed =
      read(source_of("a.imzML.gz", gzip_member(xml)), source_of("a.ibd", ibd_of_size(52)), options);
  ASSERT_TRUE(plain.description) << plain.description.error().message();
  ASSERT_TRUE(packed.description) << packed.description.error().message();
  EXPECT_EQ(packed.pixels, plain.pixels);
  EXPECT_EQ(packed.description->uuid->bytes, plain.description->uuid->bytes);
}

TEST(ReadImzml, HoldsGzipToTheLimitsOfThePlainDocument) {
  const auto refused = [](const std::string& xml) {
    const auto outcome = read(source_of("a.imzML.gz", gzip_member(xml)), source_of("a.ibd", ibd_of_size(52)));
    return outcome.description ? "no error" : outcome.description.error().message();
  };
  // 16 MiB in an attribute and in a comment: a few ten thousand bytes of gzip.
  const std::string bomb(std::size_t{16} << 20, 'a');
  EXPECT_THAT(refused("<mzML><cvList count=\"" + bomb + "\"/></mzML>"),
              HasSubstr("longer than 1048576 bytes"));
  EXPECT_THAT(refused("<mzML><!-- " + bomb + " --></mzML>"), HasSubstr("longer than 1048576 bytes"));
  EXPECT_THAT(refused(gzip_member(one_pixel().text())), HasSubstr("gzip within gzip"));
  EXPECT_THAT(refused("<!DOCTYPE mzML [<!ENTITY a 'b'>]><mzML/>"), HasSubstr("document type declaration"));
  EXPECT_THAT(refused(""), HasSubstr("it is empty"));
}

TEST(IbdPathFor, TakesTheEndingOfGzipOffFirst) {
  EXPECT_EQ(ibd_path_for("a/b.imzML.gz"), "a/b.ibd");
  EXPECT_EQ(ibd_path_for("b.imzml.GZ"), "b.ibd");
  EXPECT_EQ(ibd_path_for("B.IMZML.gz"), "B.IBD");
  EXPECT_EQ(ibd_path_for("a.b.imzML.gz"), "a.b.ibd");
  EXPECT_EQ(without_gzip_ending("gz"), "gz");
  EXPECT_EQ(without_gzip_ending("a.gz"), "a");
  EXPECT_EQ(without_gzip_ending("a.gzip"), "a.gzip");
}

}  // namespace
}  // namespace fanfold::imzml::testing
