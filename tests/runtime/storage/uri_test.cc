#include "runtime/storage/uri.h"

#include <gtest/gtest.h>

namespace fanfold {
namespace {

Uri parsed(std::string_view text) {
  auto uri = Uri::parse(text);
  EXPECT_TRUE(uri) << text;
  return uri ? *uri : Uri{};
}

TEST(Uri, TakesLocalPathsAsTheyAre) {
  for (const char* text : {"image.imzML", "../a/b.ibd", "/data/a b.imzML", "C:not-a-scheme", "a//b"}) {
    const Uri uri = parsed(text);
    EXPECT_TRUE(uri.is_local());
    EXPECT_EQ(uri.path, text);
    EXPECT_EQ(uri.name(), text);
  }
  EXPECT_EQ(parsed("file:///data/x").path, "/data/x");
}

TEST(Uri, SplitsBucketAndKey) {
  const Uri uri = parsed("s3://my-bucket/a/b.imzML");
  EXPECT_EQ(uri.scheme, UriScheme::s3);
  EXPECT_EQ(uri.bucket, "my-bucket");
  EXPECT_EQ(uri.path, "a/b.imzML");
  EXPECT_EQ(uri.name(), "s3://my-bucket/a/b.imzML");
  EXPECT_EQ(parsed("s3://my-bucket").path, "");
  EXPECT_EQ(parsed("s3://my-bucket/").path, "");
}

TEST(Uri, RefusesWhatNoStoreHas) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv, "http://host/x"sv, "s3://"sv, "s3://ab/x"sv, "s3://Upper/x"sv,
                                      "s3:///key"sv, "file://host/x"sv, "a\0b"sv, "s3://-bucket/x"sv}) {
    const auto uri = Uri::parse(text);
    ASSERT_FALSE(uri) << text;
    EXPECT_EQ(uri.error().kind(), ErrorKind::invalid_argument);
  }
  EXPECT_FALSE(Uri::parse("s3://bucket/" + std::string(1025, 'k')));
}

TEST(Uri, JoinPutsOneSlashBetween) {
  EXPECT_EQ(parsed("out").join("a/b").path, "out/a/b");
  EXPECT_EQ(parsed("out/").join("a").path, "out/a");
  EXPECT_EQ(parsed("/").join("a").path, "/a");
  EXPECT_EQ(parsed("out").join("").path, "out");
  EXPECT_EQ(parsed("s3://bucket").join("a").name(), "s3://bucket/a");
}

TEST(Uri, ParentAndFileNameSplitAtTheLastSlash) {
  EXPECT_EQ(parsed("a/b.ibd").parent().path, "a");
  EXPECT_EQ(parsed("a/b.ibd").file_name(), "b.ibd");
  EXPECT_EQ(parsed("b.ibd").parent().path, ".");
  EXPECT_EQ(parsed("/b.ibd").parent().path, "/");
  EXPECT_EQ(parsed("a/").file_name(), "");
  EXPECT_EQ(parsed("s3://bucket/k").parent().path, "");
  EXPECT_EQ(parsed("s3://bucket/a/k").parent().name(), "s3://bucket/a");
  EXPECT_EQ(parsed("/d/a.imzML").with_file_name("a.ibd").path, "/d/a.ibd");
  EXPECT_EQ(parsed("a.imzML").with_file_name("a.ibd").path, "a.ibd");
}

}  // namespace
}  // namespace fanfold
