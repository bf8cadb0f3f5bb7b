#include "runtime/storage/store_registry.h"

#include <gtest/gtest.h>

#include "runtime/storage/s3/access.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold {
namespace {

using Variables = EnvironmentVariables::Map;

TEST(StoreRegistry, GivesTheLocalStoreForPaths) {
  const TemporaryDirectory directory;
  StoreRegistry stores;
  const auto store = stores.store_for(directory.uri("a"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->put(directory.uri("a"), as_byte_span("12345")));
  EXPECT_EQ(stores.traffic().bytes_written, 5U);
}

Result<Store*> s3_store(StoreRegistry& stores) {
  return stores.store_for(*Uri::parse("s3://bucket/key"));
}

TEST(StoreRegistry, GivesOneStoreForAllBuckets) {
  StoreRegistry stores({}, EnvironmentVariables(Variables{{"AWS_REGION", "eu-west-1"}}));
  const auto store = s3_store(stores);
  ASSERT_TRUE(store) << store.error().message();
  EXPECT_EQ(*store, *stores.store_for(*Uri::parse("s3://another/key")));
  EXPECT_EQ(stores.traffic().bytes_read, 0U);
}

TEST(StoreRegistry, TakesSettingsFromTheEnvironment) {
  StoreRegistry stores({},
                       EnvironmentVariables(Variables{{"AWS_REGION", "eu-west-1"},
                                                      {"AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000"},
                                                      {"AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED"},
                                                      {"FANFOLD_S3_ADDRESSING", "virtual"},
                                                      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"}}));
  const auto access = stores.s3_access();
  ASSERT_TRUE(access) << access.error().message();
  const s3::AccessSettings& settings = (*access)->settings();
  EXPECT_EQ(settings.region.value, "eu-west-1");
  EXPECT_EQ(settings.endpoint.value, "http://127.0.0.1:9000");
  EXPECT_EQ(settings.addressing, s3::Addressing::virtual_host);
  EXPECT_FALSE(settings.send_checksums);
  EXPECT_EQ(settings.read_ahead_bytes, std::uint64_t{128} << 20);
}

TEST(StoreRegistry, NamesTheSettingThatIsWrong) {
  for (const char* name :
       {"AWS_ENDPOINT_URL_S3", "AWS_REQUEST_CHECKSUM_CALCULATION", "FANFOLD_S3_ADDRESSING"}) {
    StoreRegistry stores({},
                         EnvironmentVariables(Variables{{"AWS_REGION", "eu-west-1"}, {name, "nonsense"}}));
    const auto store = s3_store(stores);
    ASSERT_FALSE(store) << name;
    EXPECT_EQ(store.error().kind(), ErrorKind::invalid_argument);
    EXPECT_NE(store.error().message().find(name), std::string::npos) << store.error().message();
  }
}

TEST(StoreRegistry, TakesAStallLimitOfAtLeastASecond) {
  const auto limit = [](const char* text) -> Result<std::chrono::seconds> {
    StoreRegistry stores({}, EnvironmentVariables(Variables{{"AWS_REGION", "eu-west-1"},
                                                            {"FANFOLD_HTTP_STALL_SECONDS", text}}));
    FANFOLD_ASSIGN(s3::Access* const access, stores.s3_access());
    return access->settings().stall_timeout;
  };
  EXPECT_EQ(*limit("1"), std::chrono::seconds(1));
  EXPECT_EQ(*limit("3600"), std::chrono::seconds(3600));
  for (const char* bad : {"0", "-1", "3601", "1.5", "2s", " 2", "99999999999999999999"}) {
    const auto refused = limit(bad);
    ASSERT_FALSE(refused) << "'" << bad << "'";
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_argument);
    EXPECT_EQ(refused.error().message(), fmt::format("FANFOLD_HTTP_STALL_SECONDS is '{}'; it may be a whole "
                                                     "number from 1 to 3600",
                                                     bad));
  }
}

// Also where the way to S3 is looked for after that only.
TEST(StoreRegistry, LetsNoRequestBeginOnceItIsCancelled) {
  const TemporaryDirectory directory;
  StoreRegistry stores({}, EnvironmentVariables(Variables{{"AWS_REGION", "eu-west-1"},
                                                          {"AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"},
                                                          {"AWS_ACCESS_KEY_ID", "a"},
                                                          {"AWS_SECRET_ACCESS_KEY", "b"}}));
  stores.cancel();
  const auto store = s3_store(stores);
  ASSERT_TRUE(store) << store.error().message();
  const auto missing = (*store)->stat(*Uri::parse("s3://bucket/key"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::cancelled);
  EXPECT_TRUE((*stores.store_for(directory.uri("a")))->put(directory.uri("a"), as_byte_span("1")));
  stores.begin_clean_up(std::chrono::seconds(1));
  const auto refused = (*store)->stat(*Uri::parse("s3://bucket/key"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().kind(), ErrorKind::cancelled) << "a request was sent";
}

TEST(StoreRegistry, SaysWhyAFileOfCertificatesCannotBeUsed) {
  StoreRegistry stores({}, EnvironmentVariables(Variables{{"AWS_REGION", "eu-west-1"},
                                                          {"AWS_CA_BUNDLE", "/nowhere/ca.pem"},
                                                          {"AWS_ACCESS_KEY_ID", "a"},
                                                          {"AWS_SECRET_ACCESS_KEY", "b"}}));
  const auto store = s3_store(stores);
  const auto missing =
      store ? (*store)->stat(*Uri::parse("s3://bucket/key")) : Result<ObjectInfo>(store.error());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("/nowhere/ca.pem"), std::string::npos)
      << missing.error().message();
}

}  // namespace
}  // namespace fanfold
