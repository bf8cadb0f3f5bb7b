#include "runtime/storage/store_registry.h"

#include <gtest/gtest.h>

#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold {
namespace {

TEST(StoreRegistry, GivesTheLocalStoreForPaths) {
  const TemporaryDirectory directory;
  StoreRegistry stores;
  const auto store = stores.store_for(directory.uri("a"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->put(directory.uri("a"), as_byte_span("12345")));
  EXPECT_EQ(stores.traffic().bytes_written, 5U);
}

TEST(StoreRegistry, SaysThatS3IsNotInThisBuild) {
  StoreRegistry stores;
  const auto uri = Uri::parse("s3://bucket/key");
  ASSERT_TRUE(uri);
  const auto store = stores.store_for(*uri);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind(), ErrorKind::invalid_argument);
  EXPECT_NE(store.error().message().find("s3://bucket/key"), std::string::npos);
}

}  // namespace
}  // namespace fanfold
