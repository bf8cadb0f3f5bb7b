// The store against real servers, which verify every signature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "runtime/net/http_engine.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/range_request.h"
#include "runtime/storage/s3/s3_store.h"
#include "runtime/storage/s3/shared_upload.h"
#include "tests/support/shared_s3_server.h"

namespace fanfold::s3 {
namespace {

using testing::HasSubstr;
using testing_support::S3Server;
using testing_support::S3ServerKind;

constexpr std::uint64_t k_mib = std::uint64_t{1} << 20;

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

class S3StoreTest : public testing::TestWithParam<S3ServerKind> {
 protected:
  static void TearDownTestSuite() { testing_support::stop_shared_servers(); }

  void SetUp() override {
    testing_support::share_server(GetParam(), m_server);
    if (m_server == nullptr) return;
    m_engine = std::move(*HttpEngine::create({}));
    m_client = std::move(*Client::create(m_server->settings(), *m_engine, system_clock()));
    m_store = make_s3_store(*m_client, {});
    // A folder of the test's own, its name full of what needs encoding.
    m_folder = Uri{UriScheme::s3, S3Server::k_bucket,
                   fmt::format("t {}+%&=/ü", testing::UnitTest::GetInstance()->random_seed() + ++s_count)};
  }
  void TearDown() override {
    if (!m_client) return;
    const auto uploads = list_uploads_below(*m_client, S3Server::k_bucket, m_folder.path);
    ASSERT_TRUE(uploads) << uploads.error().message();
    EXPECT_TRUE(uploads->empty()) << "an upload of '" << uploads->front().key << "' was left behind";
  }

  Uri at(std::string_view name) const { return m_folder.join(name); }
  void put(const Uri& uri, std::string_view text) const {
    const Status done = m_store->put(uri, as_byte_span(text));
    ASSERT_TRUE(done) << done.error().message();
  }
  std::string get(const Uri& uri) const {
    const auto text = m_store->read_all(uri, 1 << 30);
    EXPECT_TRUE(text) << text.error().message();
    return text ? *text : std::string();
  }
  // Writes all ranges of a shared object, in an order of their own.
  std::vector<PartReceipt> write_ranges(const SharedObject& object, const std::string& content,
                                        const std::vector<std::uint64_t>& lengths) const {
    std::vector<PartReceipt> receipts;
    std::uint64_t end = content.size();
    for (auto length = lengths.rbegin(); length != lengths.rend(); ++length) {
      end -= *length;
      auto writer = m_store->open_range(object, end, *length);
      EXPECT_TRUE(writer) << writer.error().message();
      const std::string_view text = std::string_view(content).substr(end, *length);
      EXPECT_TRUE((*writer)->write(text.substr(0, *length / 3)));
      EXPECT_TRUE((*writer)->write(text.substr(*length / 3)));
      const auto written = (*writer)->finish();
      EXPECT_TRUE(written) << written.error().message();
      receipts.insert(receipts.end(), written->begin(), written->end());
    }
    return receipts;
  }
  // Creates, writes and completes it; true where it then reads as `content`.
  void check_shared(const std::vector<std::uint64_t>& lengths, bool joined) {
    std::uint64_t size = 0;
    for (const std::uint64_t length : lengths) size += length;
    const std::string content = random_bytes(size, 3);
    const std::uint64_t smallest =
        *std::min_element(lengths.begin(), lengths.end() - (lengths.size() > 1 ? 1 : 0));
    const auto object = m_store->create_shared(at("shared"), at("scratch"), {size, smallest});
    ASSERT_TRUE(object) << object.error().message();
    EXPECT_EQ(object->upload.starts_with("joined"), joined) << object->upload;
    const auto receipts = write_ranges(*object, content, lengths);
    EXPECT_EQ(m_store->stat(at("shared")).error().kind(), ErrorKind::not_found);
    const Status done = m_store->complete_shared(*object, receipts);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(get(at("shared")), content);
  }

  static inline int s_count = 0;
  S3Server* m_server = nullptr;
  std::unique_ptr<HttpEngine> m_engine;
  std::unique_ptr<Client> m_client;
  std::unique_ptr<Store> m_store;
  Uri m_folder;
};

TEST_P(S3StoreTest, KeepsSmallObjects) {
  put(at("a"), "hello");
  put(at("empty"), "");
  EXPECT_EQ(get(at("a")), "hello");
  EXPECT_EQ(get(at("empty")), "");
  EXPECT_EQ(m_store->stat(at("a"))->size_bytes, 5U);
  const std::string before = m_store->stat(at("a"))->identity;
  put(at("a"), "other");
  EXPECT_NE(m_store->stat(at("a"))->identity, before);
}

TEST_P(S3StoreTest, SaysWhatIsNotThere) {
  EXPECT_EQ(m_store->stat(at("nothing")).error().kind(), ErrorKind::not_found);
  const auto opened = m_store->open(at("nothing"), std::nullopt);
  EXPECT_THAT(opened.error().message(), HasSubstr(at("nothing").name()));
  EXPECT_TRUE(m_store->remove(at("nothing")));
  EXPECT_TRUE(m_store->remove_tree(at("nothing")));
  EXPECT_TRUE(m_store->list(at("nothing"))->empty());
}

TEST_P(S3StoreTest, RemovesAFolderWithTheUploadsInIt) {
  put(at("a/b/c"), "x");
  put(at("ab"), "kept");
  ASSERT_TRUE(create_upload(*m_client, {S3Server::k_bucket, at("a/b/unfinished").path}));
  const auto kept = create_upload(*m_client, {S3Server::k_bucket, at("ab").path});
  const Status removed = m_store->remove_tree(at("a"));
  EXPECT_TRUE(removed) << removed.error().message();
  EXPECT_EQ(m_store->list(m_folder)->size(), 1U);
  const auto uploads = list_uploads_below(*m_client, S3Server::k_bucket, m_folder.path);
  ASSERT_TRUE(uploads);
  ASSERT_EQ(uploads->size(), 1U);
  EXPECT_EQ(uploads->front().upload_id, *kept);
  EXPECT_TRUE(abort_upload(*m_client, {S3Server::k_bucket, at("ab").path}, *kept));
}

TEST_P(S3StoreTest, ReadsRanges) {
  const std::string content = random_bytes(20 * k_mib, 1);
  put(at("large"), content);
  const auto source = m_store->open(at("large"), std::nullopt);
  ASSERT_TRUE(source) << source.error().message();
  EXPECT_EQ((*source)->size_bytes(), content.size());
  std::mt19937 random(5);
  for (int i = 0; i < 30; ++i) {
    const std::size_t offset = random() % content.size();
    std::string into(std::min<std::size_t>(random() % (9 * k_mib), content.size() - offset), '\0');
    const Status read = (*source)->read_at(offset, std::as_writable_bytes(std::span(into)));
    ASSERT_TRUE(read) << read.error().message();
    ASSERT_TRUE(into == content.substr(offset, into.size())) << offset << " + " << into.size();
  }
}

TEST_P(S3StoreTest, ReadsToTheLastByteAndNotBeyond) {
  put(at("a"), "0123456789");
  put(at("empty"), "");
  const auto source = m_store->open(at("a"), std::nullopt);
  ASSERT_TRUE(source) << source.error().message();
  std::string last(1, ' ');
  ASSERT_TRUE((*source)->read_at(9, std::as_writable_bytes(std::span(last))));
  EXPECT_EQ(last, "9");
  ASSERT_TRUE((*source)->read_at(10, {}));
  std::string two(2, ' ');
  for (const auto& [name, offset] : {std::pair("a", 9U), std::pair("a", 10U), std::pair("empty", 0U)}) {
    const auto from = m_store->open(at(name), std::nullopt);
    ASSERT_TRUE(from) << from.error().message();
    const Status beyond = (*from)->read_at(offset, std::as_writable_bytes(std::span(two)));
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().kind(), ErrorKind::corrupt_data);
    EXPECT_THAT(beyond.error().message(), HasSubstr(at(name).name()));
  }
  // What the server itself says, where the object has become shorter than was believed.
  const ObjectHead head = *head_object(*m_client, {m_folder.bucket, at("a").path});
  S3RangeFetcher fetcher(*m_client, {m_folder.bucket, at("a").path, head.etag, 100});
  const Status refused = fetcher.begin(10, std::as_writable_bytes(std::span(two)))->wait();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::corrupt_data) << refused.error().message();
}

TEST_P(S3StoreTest, NoticesAnObjectThatChanges) {
  put(at("a"), "first content");
  const std::string identity = m_store->stat(at("a"))->identity;
  const auto source = m_store->open(at("a"), identity);
  ASSERT_TRUE(source) << source.error().message();
  put(at("a"), "other content");
  std::string into(5, '\0');
  const Status read = (*source)->read_at(0, std::as_writable_bytes(std::span(into)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind(), ErrorKind::corrupt_data);
  EXPECT_THAT(read.error().message(), HasSubstr("changed"));
  EXPECT_EQ(m_store->open(at("a"), identity).error().kind(), ErrorKind::corrupt_data);
}

TEST_P(S3StoreTest, ListsMoreThanAPageAndRemovesAll) {
  std::vector<std::string> expected;
  for (int i = 0; i < 1005; ++i) {
    const Uri uri = at(fmt::format("many/{:04}", i));
    put(uri, "x");
    expected.push_back(uri.path);
  }
  put(m_folder.parent().join("ü-not below"), "y");
  const auto entries = m_store->list(m_folder);
  ASSERT_TRUE(entries) << entries.error().message();
  std::vector<std::string> found;
  for (const StoreEntry& entry : *entries) found.push_back(entry.uri.path);
  EXPECT_EQ(found, expected);
  ASSERT_TRUE(m_store->remove_tree(m_folder));
  EXPECT_TRUE(m_store->list(m_folder)->empty());
  EXPECT_EQ(get(m_folder.parent().join("ü-not below")), "y");
}

TEST_P(S3StoreTest, StreamsAnObjectOfUnknownSize) {
  const std::string content = random_bytes(21 * k_mib + 17, 2);
  auto writer = m_store->create(at("streamed"));
  ASSERT_TRUE(writer);
  for (std::size_t from = 0; from < content.size(); from += 3'000'000) {
    const Status written = (*writer)->write(std::string_view(content).substr(from, 3'000'000));
    ASSERT_TRUE(written) << written.error().message();
  }
  EXPECT_EQ(m_store->stat(at("streamed")).error().kind(), ErrorKind::not_found);
  const Status done = (*writer)->commit();
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_TRUE(get(at("streamed")) == content);
}

TEST_P(S3StoreTest, LeavesNothingOfAnObjectThatIsNotCommitted) {
  {
    auto writer = m_store->create(at("dropped"));
    ASSERT_TRUE((*writer)->write(random_bytes(20 * k_mib, 4)));
  }
  EXPECT_TRUE(m_store->list(m_folder)->empty());  // and TearDown looks for uploads
}

TEST_P(S3StoreTest, PutsTogetherRangesThatArePartsOfTheirOwn) {
  check_shared({6 * k_mib, 5 * k_mib, 9 * k_mib, 17 * k_mib + 3, 1000}, false);
}

TEST_P(S3StoreTest, JoinsRangesThatAreTooSmall) {
  check_shared({1000, 3 * k_mib, 7 * k_mib, 100, 12 * k_mib, 4 * k_mib, 5}, true);
  ASSERT_TRUE(m_store->remove_tree(at("scratch")));
}

TEST_P(S3StoreTest, TakesASmallObjectInOneRange) {
  check_shared({5 * k_mib + 1}, false);
}

TEST_P(S3StoreTest, RefusesToReplaceWhereThatWasAsked) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{9 * k_mib}}) {
    const Uri uri = at(fmt::format("once-{}", size));
    const std::string first = random_bytes(size, 1), second = random_bytes(size, 2);
    auto winner = m_store->create(uri, Existing::refuse);
    auto loser = m_store->create(uri, Existing::refuse);
    ASSERT_TRUE(winner && loser);
    ASSERT_TRUE((*winner)->write(first));
    ASSERT_TRUE((*loser)->write(second));
    const Status won = (*winner)->commit();
    ASSERT_TRUE(won) << won.error().message();
    const Status lost = (*loser)->commit();
    ASSERT_FALSE(lost) << size;
    EXPECT_EQ(lost.error().kind(), ErrorKind::invalid_argument) << lost.error().message();
    loser->reset();
    EXPECT_EQ(get(uri), first);
  }
}

TEST_P(S3StoreTest, DoesNotCompleteWithoutEveryByte) {
  const std::string content = random_bytes(12 * k_mib, 6);
  const auto object = m_store->create_shared(at("shared"), at("scratch"), {content.size(), 6 * k_mib});
  ASSERT_TRUE(object);
  auto receipts = write_ranges(*object, content, {6 * k_mib, 6 * k_mib});
  const PartReceipt last = receipts.back();
  receipts.pop_back();
  EXPECT_EQ(m_store->complete_shared(*object, receipts).error().kind(), ErrorKind::corrupt_data);
  receipts.push_back({last.part, "\"0123456789abcdef0123456789abcdef\"", last.bytes});
  const Status completed = m_store->complete_shared(*object, receipts);
  EXPECT_THAT(completed.error().message(), HasSubstr("is not the one that its call has written"));
  ASSERT_TRUE(m_store->abort_shared(*object));
  EXPECT_TRUE(m_store->abort_shared(*object));  // once more is fine
}

TEST_P(S3StoreTest, WritesARangeTwiceWithTheSameResult) {
  const std::string content = random_bytes(12 * k_mib, 7);
  const auto object = m_store->create_shared(at("shared"), at("scratch"), {content.size(), 6 * k_mib});
  write_ranges(*object, content, {6 * k_mib, 6 * k_mib});
  const auto receipts = write_ranges(*object, content, {6 * k_mib, 6 * k_mib});
  const Status done = m_store->complete_shared(*object, receipts);
  ASSERT_TRUE(done) << done.error().message();
  EXPECT_TRUE(get(at("shared")) == content);
}

TEST_P(S3StoreTest, SaysWhatIsWrongWithCredentials) {
  ClientSettings settings = m_server->settings();
  settings.credentials = testing_support::fixed_credentials(S3Server::k_access_key, "not-the-secret");
  const auto client = std::move(*Client::create(std::move(settings), *m_engine, system_clock()));
  const auto put = put_object(*client, {S3Server::k_bucket, "x"}, as_byte_span("y"), SendChecksum::crc32);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind(), ErrorKind::permission_denied);
  EXPECT_THAT(put.error().message(), HasSubstr("AWS_SECRET_ACCESS_KEY"));
  EXPECT_THAT(put.error().message(), testing::Not(HasSubstr("not-the-secret")));
}

TEST_P(S3StoreTest, NamesABucketThatIsNotThere) {
  const Uri uri{UriScheme::s3, "no-such-bucket-at-all", "key"};
  const auto read = m_store->read_all(uri, 100);
  EXPECT_EQ(read.error().kind(), ErrorKind::not_found);
  const Status written = m_store->put(uri, as_byte_span("x"));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message(), HasSubstr("NoSuchBucket"));
}

INSTANTIATE_TEST_SUITE_P(Servers, S3StoreTest, testing::Values(S3ServerKind::minio, S3ServerKind::versitygw),
                         [](const auto& instance) { return testing_support::to_string(instance.param); });

}  // namespace
}  // namespace fanfold::s3
