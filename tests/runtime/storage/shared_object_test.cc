#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "runtime/core/units.h"
#include "runtime/storage/local_store.h"
#include "runtime/storage/range_coverage.h"
#include "tests/runtime/storage/temporary_directory.h"

namespace fanfold {
namespace {

class SharedObjectTest : public ::testing::Test {
 protected:
  Result<SharedObject> create(std::uint64_t size) {
    return m_store->create_shared(m_directory.uri("out/image.ibd"),
                                  m_directory.uri("out/.fanfold/job/image.ibd"), {size, 0});
  }
  // Writes `text` at `offset` in pieces of some hundred bytes.
  Result<std::vector<PartReceipt>> write_range(const SharedObject& object, std::uint64_t offset,
                                               std::string_view text) {
    FANFOLD_ASSIGN(const auto writer, m_store->open_range(object, offset, text.size()));
    for (std::size_t done = 0; done < text.size();) {
      const std::size_t piece = std::min<std::size_t>(700, text.size() - done);
      FANFOLD_TRY(writer->write(text.substr(done, piece)));
      done += piece;
    }
    return writer->finish();
  }
  TemporaryDirectory m_directory;
  std::unique_ptr<Store> m_store = make_local_store();
};
using SharedObjects = SharedObjectTest;

std::string random_text(std::size_t size) {
  std::mt19937 random(42);
  std::string text(size, '\0');
  std::generate(text.begin(), text.end(), [&] { return static_cast<char>(random()); });
  return text;
}

TEST_F(SharedObjects, ThreadsWriteTheirRangesAndTheWholeIsPublished) {
  const std::string text = random_text(3_MiB + 17);
  const auto object = create(text.size());
  ASSERT_TRUE(object) << object.error().message();
  const std::size_t cuts[] = {0, 1, 1_MiB + 5, 2_MiB, text.size()};
  std::vector<PartReceipt> receipts;
  std::mutex mutex;
  {
    std::vector<std::jthread> writers;
    for (std::size_t i = 0; i + 1 < std::size(cuts); ++i) {
      writers.emplace_back([&, i] {
        const auto own =
            write_range(*object, cuts[i], std::string_view(text).substr(cuts[i], cuts[i + 1] - cuts[i]));
        ASSERT_TRUE(own) << own.error().message();
        const std::scoped_lock lock(mutex);
        receipts.insert(receipts.end(), own->begin(), own->end());
      });
    }
  }
  EXPECT_EQ(m_store->stat(object->target).error().kind(), ErrorKind::not_found);
  const auto before = m_store->open_shared(*object);
  ASSERT_TRUE(before);
  EXPECT_EQ((*before)->size_bytes(), text.size());

  const Status completed = m_store->complete_shared(*object, receipts);
  ASSERT_TRUE(completed) << completed.error().message();
  EXPECT_TRUE(m_directory.read("out/image.ibd") == text);
}

TEST_F(SharedObjects, ProcessesWriteTheirRanges) {
  const std::string text = random_text(400000);
  const auto object = create(text.size());
  ASSERT_TRUE(object);
  std::vector<pid_t> children;
  std::vector<PartReceipt> receipts;
  for (std::size_t i = 0; i < 4; ++i) {
    receipts.push_back(receipt_of_range(i * 100000, 100000));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto own = write_range(*object, i * 100000, std::string_view(text).substr(i * 100000, 100000));
      ::_exit(own && *own == std::vector<PartReceipt>{receipts.back()} ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  ASSERT_TRUE(m_store->complete_shared(*object, receipts));
  EXPECT_TRUE(m_directory.read("out/image.ibd") == text);
}

TEST_F(SharedObjects, TwoAttemptsMayWriteTheSameBytes) {
  const auto object = create(10);
  ASSERT_TRUE(object);
  ASSERT_TRUE(write_range(*object, 0, "0123456789"));
  const auto second = write_range(*object, 0, "0123456789");
  ASSERT_TRUE(second);
  ASSERT_TRUE(m_store->complete_shared(*object, *second));
  EXPECT_EQ(m_directory.read("out/image.ibd"), "0123456789");
}

TEST_F(SharedObjects, WritingOutsideTheRangeIsRefused) {
  const auto object = create(100);
  ASSERT_TRUE(object);
  EXPECT_EQ(m_store->open_range(*object, 90, 11).error().kind(), ErrorKind::internal);
  EXPECT_EQ(m_store->open_range(*object, ~std::uint64_t{0}, 2).error().kind(), ErrorKind::internal);
  const auto writer = m_store->open_range(*object, 90, 5);
  ASSERT_TRUE(writer);
  EXPECT_TRUE((*writer)->write("abcd"));
  EXPECT_EQ((*writer)->finish().error().kind(), ErrorKind::internal) << "one byte is missing";
  EXPECT_EQ((*writer)->write("ef").error().kind(), ErrorKind::internal);
}

TEST_F(SharedObjects, IncompleteReceiptsAreNotPublished) {
  const auto object = create(100);
  ASSERT_TRUE(object);
  const PartReceipt all = receipt_of_range(0, 100), front = receipt_of_range(0, 50),
                    back = receipt_of_range(50, 50);
  const std::vector<std::vector<PartReceipt>> wrong = {
      {},                                     // nothing
      {front},                                // no end
      {back},                                 // no beginning
      {front, front, back},                   // twice
      {all, receipt_of_range(100, 1)},        // beyond
      {PartReceipt{1, "\"d41d8cd9\"", 100}},  // no range
      {PartReceipt{0, "bytes=0-99", 99}},     // a length that is not the range's
      {PartReceipt{0, "bytes=99-0", 100}},    // backwards
      {PartReceipt{0, "bytes=0-99x", 100}},   // more text
  };
  for (const auto& receipts : wrong) {
    const Status completed = m_store->complete_shared(*object, receipts);
    ASSERT_FALSE(completed);
    EXPECT_EQ(completed.error().kind(), ErrorKind::corrupt_data) << completed.error().message();
  }
  EXPECT_EQ(m_store->stat(object->target).error().kind(), ErrorKind::not_found);
  EXPECT_TRUE(m_store->complete_shared(*object, {back, front}));
}

TEST_F(SharedObjects, ScratchFileOfAnotherSizeIsNotPublished) {
  const auto object = create(100);
  ASSERT_TRUE(object);
  std::filesystem::resize_file(object->upload, 99);
  EXPECT_EQ(m_store->open_range(*object, 0, 10).error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(m_store->complete_shared(*object, {receipt_of_range(0, 100)}).error().kind(),
            ErrorKind::corrupt_data);
}

TEST_F(SharedObjects, AttemptsOfAnEarlierLifeCannotReachTheNewFile) {
  const auto old = create(10);
  ASSERT_TRUE(old);
  const auto late = m_store->open_range(*old, 0, 10);
  ASSERT_TRUE(late);
  const auto fresh = create(10);
  ASSERT_TRUE(fresh);
  const auto receipts = write_range(*fresh, 0, "0123456789");
  ASSERT_TRUE(receipts);
  ASSERT_TRUE((*late)->write("XXXXXXXXXX"));
  ASSERT_TRUE((*late)->finish());
  ASSERT_TRUE(m_store->complete_shared(*fresh, *receipts));
  EXPECT_EQ(m_directory.read("out/image.ibd"), "0123456789");
}

TEST_F(SharedObjects, AbortRemovesTheScratchFileAndMayBeRepeated) {
  const auto object = create(1000);
  ASSERT_TRUE(object);
  EXPECT_TRUE(m_store->abort_shared(*object));
  EXPECT_TRUE(m_store->abort_shared(*object));
  EXPECT_FALSE(std::filesystem::exists(object->upload));
  EXPECT_EQ(m_store->open_range(*object, 0, 10).error().kind(), ErrorKind::not_found);
}

TEST_F(SharedObjects, EmptyObjectIsPublished) {
  const auto object = create(0);
  ASSERT_TRUE(object);
  const auto receipts = write_range(*object, 0, "");
  ASSERT_TRUE(receipts);
  EXPECT_TRUE(receipts->empty());
  ASSERT_TRUE(m_store->complete_shared(*object, *receipts));
  EXPECT_EQ(m_store->stat(object->target)->size_bytes, 0U);
}

}  // namespace
}  // namespace fanfold
