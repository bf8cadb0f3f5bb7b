// Leftovers in buckets of real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "orchestrator/cleaning/cleaning.h"
#include "runtime/storage/s3/access.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/part_uploads.h"
#include "tests/support/shared_s3_server.h"

namespace fanfold::cleaning {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using testing_support::S3Server;
using testing_support::S3ServerKind;

class S3CleaningTest : public testing::TestWithParam<S3ServerKind> {
 protected:
  static void TearDownTestSuite() { testing_support::stop_shared_servers(); }

  void SetUp() override {
    S3Server* server = nullptr;
    testing_support::share_server(GetParam(), server);
    if (server == nullptr) return;
    EnvironmentVariables::Map variables;
    for (const std::string& entry : server->environment()) {
      const auto equals = entry.find('=');
      variables[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    m_stores = std::make_unique<StoreRegistry>(LocalStoreOptions{}, EnvironmentVariables(variables));
    const auto access = m_stores->s3_access();
    ASSERT_TRUE(access) << access.error().message();
    m_access = *access;
    m_root = fmt::format("t{} +ü", ++s_count);
  }

  s3::Client& client() { return m_access->client(); }
  s3::Object at(const std::string& name) const { return {S3Server::k_bucket, m_root + "/" + name}; }
  void put(const std::string& name) {
    const auto done = s3::put_object(client(), at(name), as_byte_span("12345"), s3::SendChecksum::no);
    ASSERT_TRUE(done) << done.error().message();
  }
  // Begins an upload and leaves it, with one part.
  void orphan(const std::string& name) {
    const auto id = s3::create_upload(client(), at(name));
    ASSERT_TRUE(id) << id.error().message();
    s3::PartUploads parts(client(), at(name), *id, s3::SendChecksum::no);
    ASSERT_TRUE(parts.add(1, std::vector<std::byte>(1'000)));
    ASSERT_TRUE(parts.finish());
  }
  std::multiset<std::string> uploads() {
    std::multiset<std::string> names;
    const auto all = s3::list_uploads_below(client(), S3Server::k_bucket, m_root + "/");
    EXPECT_TRUE(all) << all.error().message();
    for (const auto& upload : *all) names.insert(upload.key.substr(m_root.size() + 1));
    return names;
  }
  std::vector<std::string> objects() {
    std::vector<std::string> names;
    const auto all = m_access->store().list(Uri{UriScheme::s3, S3Server::k_bucket, m_root});
    EXPECT_TRUE(all) << all.error().message();
    for (const auto& entry : *all) names.push_back(entry.uri.path.substr(m_root.size() + 1));
    return names;
  }
  void clean_up(const std::string& folder, const Options& options) {
    m_items.clear();
    const Status done =
        clean(*m_stores, Uri{UriScheme::s3, S3Server::k_bucket, m_root + "/" + folder}, options,
              [this](const Item& item) -> Status {
                m_items.push_back(item);
                return {};
              },
              {});
    ASSERT_TRUE(done) << done.error().message();
  }

  static inline int s_count = 0;
  std::unique_ptr<StoreRegistry> m_stores;
  s3::Access* m_access = nullptr;
  std::string m_root;
  std::vector<Item> m_items;
};

TEST_P(S3CleaningTest, AbortsUploadsBelowTheFolderAndNoOthers) {
  for (const char* name : {"out/a.ibd", "out/a.ibd", "out/deep/b", "outer/c", "out", "d"}) orphan(name);
  put("out/a.imzML");
  clean_up("out", {.older_than = hours(0)});
  EXPECT_EQ(m_items.size(), 3U);
  for (const Item& item : m_items) {
    EXPECT_EQ(item.kind, Kind::upload);
    EXPECT_EQ(item.state, State::removed);
    EXPECT_EQ(item.bytes, 1'000U) << item.name;
    ASSERT_TRUE(item.age);
    EXPECT_LT(*item.age, hours(1));
  }
  EXPECT_THAT(uploads(), UnorderedElementsAre("d", "out", "outer/c"));
  EXPECT_THAT(objects(), ElementsAre("out/a.imzML"));
  clean_up("", {.older_than = hours(0)});
  EXPECT_TRUE(uploads().empty());
}

TEST_P(S3CleaningTest, LeavesWhatIsYoung) {
  orphan("out/a.ibd");
  put("out/.fanfold/job/x");
  clean_up("out/", {});
  ASSERT_EQ(m_items.size(), 2U);
  for (const Item& item : m_items) EXPECT_EQ(item.state, State::kept);
  EXPECT_EQ(uploads().size(), 1U);
  EXPECT_THAT(objects(), ElementsAre("out/.fanfold/job/x"));
  clean_up("out/", {.older_than = hours(0)});
}

TEST_P(S3CleaningTest, RemovesTheScratchOfEachJobAndNothingElse) {
  for (const char* name : {"out/.fanfold/j1/a", "out/.fanfold/j1/deep/b", "out/.fanfold/j2/c",
                           "out/image.ibd", "out/x.fanfold/d", "outer/.fanfold/j1/a"}) {
    put(name);
  }
  clean_up("out", {.older_than = hours(0)});
  ASSERT_EQ(m_items.size(), 2U);
  EXPECT_EQ(m_items[0].kind, Kind::scratch);
  EXPECT_EQ(m_items[0].objects, 2U);
  EXPECT_EQ(m_items[0].bytes, 10U);
  EXPECT_EQ(m_items[0].name, at("out/.fanfold/j1/").name());
  EXPECT_TRUE(m_items[0].since);
  EXPECT_THAT(objects(), ElementsAre("out/image.ibd", "out/x.fanfold/d", "outer/.fanfold/j1/a"));
}

TEST_P(S3CleaningTest, ChangesNothingInARehearsal) {
  orphan("out/a.ibd");
  put("out/.fanfold/job/x");
  clean_up("out", {.older_than = hours(0), .dry_run = true});
  ASSERT_EQ(m_items.size(), 2U);
  for (const Item& item : m_items) EXPECT_EQ(item.state, State::would_remove);
  EXPECT_EQ(uploads().size(), 1U);
  EXPECT_THAT(objects(), ElementsAre("out/.fanfold/job/x"));
  clean_up("out", {.older_than = hours(0)});
  EXPECT_TRUE(uploads().empty());
}

TEST_P(S3CleaningTest, FindsNothingWhereNothingIs) {
  clean_up("none", {.older_than = hours(0)});
  EXPECT_TRUE(m_items.empty());
}

TEST_P(S3CleaningTest, NamesABucketThatIsNotThere) {
  const Status done = clean(*m_stores, Uri{UriScheme::s3, "no-such-bucket", "out"}, {},
                            [](const Item&) -> Status { return {}; }, {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind(), ErrorKind::not_found);
  EXPECT_THAT(done.error().message(), testing::HasSubstr("no-such-bucket"));
}

INSTANTIATE_TEST_SUITE_P(Servers, S3CleaningTest,
                         testing::Values(S3ServerKind::minio, S3ServerKind::versitygw),
                         [](const auto& server) { return testing_support::to_string(server.param); });

}  // namespace
}  // namespace fanfold::cleaning
