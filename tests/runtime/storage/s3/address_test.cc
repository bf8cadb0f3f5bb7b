#include "runtime/storage/s3/address.h"

#include <gtest/gtest.h>

namespace fanfold::s3 {
namespace {

std::string url_of(std::string_view endpoint, Addressing addressing, std::string_view bucket,
                   std::string_view key) {
  return object_url(*make_endpoint(endpoint, "eu-west-1"), addressing, bucket, key);
}

TEST(S3Address, PutsTheBucketIntoTheHostWhereTheCloudWantsIt) {
  EXPECT_EQ(url_of("", Addressing::automatic, "b", "k"), "https://b.s3.eu-west-1.amazonaws.com/k");
  EXPECT_EQ(url_of("", Addressing::automatic, "with.dots", "k"),
            "https://s3.eu-west-1.amazonaws.com/with.dots/k");
  EXPECT_EQ(make_endpoint("", "cn-north-1")->host, "s3.cn-north-1.amazonaws.com.cn");
}

TEST(S3Address, PutsTheBucketIntoThePathOfAnEndpointOfOnesOwn) {
  EXPECT_EQ(url_of("http://127.0.0.1:9000", Addressing::automatic, "b", "k"), "http://127.0.0.1:9000/b/k");
  EXPECT_EQ(url_of("http://minio:80/", Addressing::automatic, "b", ""), "http://minio/b");
  EXPECT_EQ(url_of("https://host/some/prefix/", Addressing::path, "b", "k"), "https://host/some/prefix/b/k");
  EXPECT_EQ(url_of("http://host:9000", Addressing::virtual_host, "b", "k"), "http://b.host:9000/k");
}

TEST(S3Address, LeavesKeysAsTheyAre) {
  EXPECT_EQ(url_of("http://h", Addressing::path, "b", "a//b/../c d+%ü"),
            "http://h/b/a//b/../c%20d%2B%25%C3%BC");
}

TEST(S3Address, RefusesWhatIsNoUrl) {
  for (const char* text :
       {"127.0.0.1:9000", "ftp://h", "http://", "http://a b", "http://u:p@h", "http://h?x=1"}) {
    const auto endpoint = make_endpoint(text, "r");
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().kind(), ErrorKind::invalid_argument);
  }
}

}  // namespace
}  // namespace fanfold::s3
