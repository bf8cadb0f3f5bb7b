#include "runtime/storage/local_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

#include "runtime/core/units.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold {
namespace {

class LocalStoreTest : public ::testing::Test {
 protected:
  TemporaryDirectory m_directory;
  std::unique_ptr<Store> m_store = make_local_store();
};
using LocalStore = LocalStoreTest;

// While it lives, no file may grow beyond a size: the nearest to a full disk that needs no rights.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    m_old_handler = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &m_old);
    const rlimit limit{bytes, m_old.rlim_max};
    m_set = ::setrlimit(RLIMIT_FSIZE, &limit) == 0;
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &m_old);
    std::signal(SIGXFSZ, m_old_handler);
  }
  bool is_set() const { return m_set; }

 private:
  rlimit m_old{};
  bool m_set = false;
  void (*m_old_handler)(int) = nullptr;
};

TEST_F(LocalStore, PutIsReadBackWhole) {
  const Uri uri = m_directory.uri("a/b/object");
  ASSERT_TRUE(m_store->put(uri, as_byte_span("first")));
  ASSERT_TRUE(m_store->put(uri, as_byte_span("second")));
  const auto text = m_store->read_all(uri, 100);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "second");
  EXPECT_EQ(m_store->stat(uri)->size_bytes, 6U);
  EXPECT_EQ(m_store->traffic().bytes_written, 11U);
  EXPECT_EQ(m_store->traffic().bytes_read, 6U);
}

TEST_F(LocalStore, ReadersOfAnObjectThatIsPutSeeTheOldOneOrTheNewOne) {
  const Uri uri = m_directory.uri("object");
  const std::string a(1_MiB, 'a'), b(1_MiB, 'b');
  ASSERT_TRUE(m_store->put(uri, as_byte_span(a)));
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      EXPECT_TRUE(m_store->put(uri, as_byte_span(i % 2 == 0 ? b : a)));
    }
  });
  for (int i = 0; i < 50; ++i) {
    const auto text = m_store->read_all(uri, 2_MiB);
    ASSERT_TRUE(text) << text.error().message();
    ASSERT_TRUE(*text == a || *text == b);
  }
}

TEST_F(LocalStore, RefusesToReadMoreThanAsked) {
  m_directory.write("object", "0123456789");
  const auto text = m_store->read_all(m_directory.uri("object"), 9);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind(), ErrorKind::invalid_argument);
  EXPECT_TRUE(m_store->read_all(m_directory.uri("object"), 10));
}

TEST_F(LocalStore, NothingIsVisibleBeforeCommit) {
  const Uri uri = m_directory.uri("object");
  auto writer = m_store->create(uri);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->write("half "));
  EXPECT_EQ(m_store->stat(uri).error().kind(), ErrorKind::not_found);
  EXPECT_TRUE(m_store->list(Uri::local(m_directory.path()))->empty());
  ASSERT_TRUE((*writer)->write("whole"));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ((*writer)->bytes_written(), 10U);
  EXPECT_EQ(m_directory.read("object"), "half whole");
  EXPECT_EQ(m_directory.entries(), 1U);
}

TEST_F(LocalStore, DiscardedWriterLeavesNothing) {
  {
    auto writer = m_store->create(m_directory.uri("object"));
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->write(std::string(1_MiB, 'x')));
  }
  EXPECT_EQ(m_directory.entries(), 0U);
}

TEST_F(LocalStore, WriterKeepsTheOrderOfSmallAndLargeWrites) {
  std::mt19937 random(7);
  std::string expected;
  auto writer =
      make_local_store({.durability = Durability::on_power_loss})->create(m_directory.uri("object"));
  ASSERT_TRUE(writer);
  for (int i = 0; i < 200; ++i) {
    const std::size_t size = i % 20 == 0 ? 300000 : random() % 5000;
    const std::string chunk(size, static_cast<char>('a' + i % 26));
    ASSERT_TRUE((*writer)->write(chunk));
    expected += chunk;
  }
  ASSERT_TRUE((*writer)->commit());
  EXPECT_TRUE(m_directory.read("object") == expected);
}

TEST_F(LocalStore, RefusesToReplaceWhereThatWasAsked) {
  const Uri uri = m_directory.uri("object");
  auto first = m_store->create(uri, Existing::refuse);
  auto second = m_store->create(uri, Existing::refuse);
  ASSERT_TRUE(first && second);
  ASSERT_TRUE((*first)->write("first"));
  ASSERT_TRUE((*second)->write("second"));
  ASSERT_TRUE((*first)->commit());
  const Status refused = (*second)->commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_argument);
  second->reset();
  EXPECT_EQ(*m_store->read_all(uri, 100), "first");
  EXPECT_EQ(m_directory.entries(), 1U);
}

TEST_F(LocalStore, TheLongestFileNameCanBeWritten) {
  const std::string name(255, 'n');
  ASSERT_TRUE(m_store->put(m_directory.uri(name), as_byte_span("x")));
  EXPECT_EQ(m_directory.read(name), "x");
}

TEST_F(LocalStore, ReadsAtAnyOffsetFromManyThreads) {
  std::string text(256_KiB, '\0');
  std::mt19937 random(11);
  std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random()); });
  m_directory.write("object", text);
  auto source = m_store->open(m_directory.uri("object"));
  ASSERT_TRUE(source);
  std::vector<std::jthread> readers;
  for (unsigned seed = 0; seed < 4; ++seed) {
    readers.emplace_back([&, seed] {
      std::mt19937 own(seed);
      std::vector<std::byte> buffer(1000);
      for (int i = 0; i < 200; ++i) {
        const std::size_t offset = own() % (text.size() - buffer.size());
        ASSERT_TRUE((*source)->read_at(offset, buffer));
        ASSERT_EQ(as_text(buffer), std::string_view(text).substr(offset, buffer.size()));
      }
    });
  }
}

TEST_F(LocalStore, ReadBeyondTheEndIsCorruptData) {
  m_directory.write("object", "0123456789");
  const auto source = m_store->open(m_directory.uri("object"));
  ASSERT_TRUE(source);
  std::vector<std::byte> buffer(4);
  EXPECT_TRUE((*source)->read_at(6, buffer));
  EXPECT_EQ((*source)->read_at(7, buffer).error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ((*source)->read_at(~std::uint64_t{0}, buffer).error().kind(), ErrorKind::corrupt_data);
}

TEST_F(LocalStore, NoticesAFileThatShrinksWhileItIsOpen) {
  m_directory.write("object", std::string(1000, 'x'));
  const auto source = m_store->open(m_directory.uri("object"));
  ASSERT_TRUE(source);
  std::filesystem::resize_file(m_directory.file("object"), 500);
  std::vector<std::byte> buffer(600);
  const Status read = (*source)->read_at(0, buffer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind(), ErrorKind::corrupt_data);
  EXPECT_NE(read.error().message().find("cut off at byte 500"), std::string::npos) << read.error().message();
}

TEST_F(LocalStore, NoticesAFileThatChangedSinceItsIdentityWasTaken) {
  const Uri uri = m_directory.uri("object");
  m_directory.write("object", "0123456789");
  const std::string identity = m_store->stat(uri)->identity;
  EXPECT_TRUE(m_store->open(uri, identity));
  // The same bytes under the same name, but another file.
  ASSERT_TRUE(m_store->put(uri, as_byte_span("0123456789")));
  const auto replaced = m_store->open(uri, identity);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().kind(), ErrorKind::corrupt_data);

  const std::string second = m_store->stat(uri)->identity;
  timespec times[2] = {{1, 0}, {1, 1}};
  ASSERT_EQ(::utimensat(AT_FDCWD, m_directory.file("object").c_str(), times, 0), 0);
  EXPECT_FALSE(m_store->open(uri, second)) << "another modification time";
}

TEST_F(LocalStore, RefusesWhatIsNoFile) {
  ASSERT_EQ(::mkfifo(m_directory.file("pipe").c_str(), 0600), 0);
  std::filesystem::create_directory(m_directory.file("folder"));
  struct Case {
    std::string path;
    std::string_view said;
  };
  for (const Case& one :
       {Case{m_directory.file("folder"), "a directory"}, Case{m_directory.file("pipe"), "a named pipe"},
        Case{"/dev/zero", "a device"}, Case{"", "empty"}}) {
    const auto source = m_store->open(Uri::local(one.path));
    ASSERT_FALSE(source) << one.path;
    EXPECT_EQ(source.error().kind(), ErrorKind::invalid_argument);
    EXPECT_NE(source.error().message().find(one.said), std::string::npos) << source.error().message();
    EXPECT_FALSE(m_store->stat(Uri::local(one.path)));
  }
  EXPECT_EQ(m_store->open(m_directory.uri("missing")).error().kind(), ErrorKind::not_found);
}

TEST_F(LocalStore, DoesNotReplaceAFolderByAFile) {
  std::filesystem::create_directory(m_directory.file("folder"));
  const Status put = m_store->put(m_directory.uri("folder"), as_byte_span("x"));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind(), ErrorKind::invalid_argument);
  EXPECT_FALSE(m_store->put(m_directory.uri("folder/"), as_byte_span("x")));
  m_directory.write("file", "");
  EXPECT_EQ(m_store->put(m_directory.uri("file/below"), as_byte_span("x")).error().kind(),
            ErrorKind::invalid_argument);
  EXPECT_EQ(m_directory.entries(), 2U);
}

TEST_F(LocalStore, ListsAllFilesBelowAFolderByName) {
  for (const char* name : {"t/b", "t/a/2", "t/a/1", "u"}) {
    ASSERT_TRUE(m_store->put(m_directory.uri(name), as_byte_span("xyz")));
  }
  const auto entries = m_store->list(m_directory.uri("t"));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[0].uri, m_directory.uri("t/a/1"));
  EXPECT_EQ((*entries)[1].uri, m_directory.uri("t/a/2"));
  EXPECT_EQ((*entries)[2].uri, m_directory.uri("t/b"));
  EXPECT_EQ((*entries)[2].size_bytes, 3U);
  EXPECT_TRUE(m_store->list(m_directory.uri("nothing"))->empty());
}

TEST_F(LocalStore, RemovesObjectsAndTrees) {
  ASSERT_TRUE(m_store->put(m_directory.uri("t/a/1"), as_byte_span("x")));
  ASSERT_TRUE(m_store->put(m_directory.uri("t/2"), as_byte_span("x")));
  EXPECT_TRUE(m_store->remove(m_directory.uri("t/2")));
  EXPECT_TRUE(m_store->remove(m_directory.uri("t/2"))) << "what is not there is fine";
  EXPECT_FALSE(m_store->remove(m_directory.uri("t")));
  EXPECT_TRUE(m_store->remove_tree(m_directory.uri("t")));
  EXPECT_TRUE(m_store->remove_tree(m_directory.uri("t")));
  EXPECT_EQ(m_directory.entries(), 0U);
}

TEST_F(LocalStore, RemovesNoRootAndNoFolderThatItStandsIn) {
  for (const char* path : {"/", ".", "..", "a/..", "../..", "//", "./", "/tmp/.."}) {
    const Status removed = m_store->remove_tree(Uri::local(path));
    ASSERT_FALSE(removed) << path;
    EXPECT_EQ(removed.error().kind(), ErrorKind::internal);
  }
}

TEST_F(LocalStore, DoesNotFollowALinkOutOfATreeItRemoves) {
  m_directory.write("precious", "x");
  std::filesystem::create_directory(m_directory.file("t"));
  std::filesystem::create_symlink(m_directory.path(), m_directory.file("t/link"));
  ASSERT_TRUE(m_store->remove_tree(m_directory.uri("t")));
  EXPECT_EQ(m_directory.read("precious"), "x");
}

TEST_F(LocalStore, WriteBeyondTheSizeLimitFailsAndLeavesNothing) {
  const FileSizeLimit limit(64_KiB);
  if (!limit.is_set()) GTEST_SKIP() << "this machine does not let RLIMIT_FSIZE be set";
  auto writer = m_store->create(m_directory.uri("object"));
  ASSERT_TRUE(writer);
  const Status written = (*writer)->write(std::string(1_MiB, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind(), ErrorKind::invalid_argument);
  EXPECT_NE(written.error().message().find(m_directory.file("object")), std::string::npos);
  EXPECT_FALSE((*writer)->commit()) << "an error that was overlooked must not publish half an object";
  writer->reset();
  EXPECT_EQ(m_directory.entries(), 0U);

  const auto shared =
      m_store->create_shared(m_directory.uri("shared"), m_directory.uri("scratch"), {1_MiB, 1_MiB});
  ASSERT_FALSE(shared);
  EXPECT_EQ(shared.error().kind(), ErrorKind::invalid_argument);
  EXPECT_EQ(m_directory.entries(), 0U);
}

TEST_F(LocalStore, FullDiskSaysWhatIsNeededAndWhatIsFree) {
  // More than any disk has.
  const std::uint64_t enormous = std::uint64_t{1} << 60;
  const auto shared =
      m_store->create_shared(m_directory.uri("shared"), m_directory.uri("scratch"), {enormous, enormous});
  ASSERT_FALSE(shared);
  EXPECT_EQ(shared.error().kind(), ErrorKind::invalid_argument);
  EXPECT_NE(shared.error().message().find(std::to_string(enormous)), std::string::npos)
      << shared.error().message();
  EXPECT_NE(shared.error().message().find(m_directory.file("scratch")), std::string::npos);
  EXPECT_EQ(m_directory.entries(), 0U);
}

}  // namespace
}  // namespace fanfold
