#include "runtime/storage/prefetching_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <optional>
#include <random>
#include <thread>

namespace fanfold {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::uint64_t k_block = 1000;

std::vector<std::byte> content(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + i / 256);
  return bytes;
}

// Bytes in memory, served when somebody waits for them; remembers what was asked for.
class MemoryFetcher final : public RangeFetcher {
 public:
  struct Log {
    std::mutex mutex;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> asked;
    std::uint64_t fail_from = ~std::uint64_t{0};
    std::atomic<bool> is_ready = false;
  };
  MemoryFetcher(const std::vector<std::byte>& bytes, Log& log) : m_bytes(bytes), m_log(log) {}

  std::unique_ptr<PendingRange> begin(std::uint64_t offset, MutableBytes into) override {
    const std::lock_guard lock(m_log.mutex);
    m_log.asked.emplace_back(offset, into.size());
    return std::make_unique<Pending>(*this, offset, into);
  }

 private:
  class Pending final : public PendingRange {
   public:
    Pending(MemoryFetcher& fetcher, std::uint64_t offset, MutableBytes into)
        : m_fetcher(fetcher), m_offset(offset), m_into(into) {}
    bool is_ready() const override { return m_fetcher.m_log.is_ready; }
    // The first answer stays, and the memory is written once, as by a real one.
    Status wait() override {
      if (!m_verdict) m_verdict = copy();
      return *m_verdict;
    }

   private:
    Status copy() const {
      if (m_offset + m_into.size() > m_fetcher.m_log.fail_from) return Error(ErrorKind::transient, "broken");
      std::memcpy(m_into.data(), m_fetcher.m_bytes.data() + m_offset, m_into.size());
      return {};
    }
    MemoryFetcher& m_fetcher;
    std::uint64_t m_offset;
    MutableBytes m_into;
    std::optional<Status> m_verdict;
  };
  const std::vector<std::byte>& m_bytes;
  Log& m_log;
};

class PrefetchingSourceTest : public testing::Test {
 protected:
  std::unique_ptr<PrefetchingSource> source(std::uint64_t budget = 1 << 20) {
    m_budget = std::make_unique<MemoryBudget>(budget);
    return std::make_unique<PrefetchingSource>(std::make_unique<MemoryFetcher>(m_bytes, m_log), "s3://b/k",
                                               m_bytes.size(), *m_budget, PrefetchOptions{k_block, 4});
  }
  void expect_read(const PrefetchingSource& from, std::uint64_t offset, std::size_t size) {
    std::vector<std::byte> into(size);
    const Status read = from.read_at(offset, into);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_TRUE(std::equal(into.begin(), into.end(), m_bytes.begin() + static_cast<std::ptrdiff_t>(offset)))
        << offset << " + " << size;
  }
  auto asked() {
    const std::lock_guard lock(m_log.mutex);
    return std::exchange(m_log.asked, {});
  }

  const std::vector<std::byte> m_bytes = content(20'500);
  MemoryFetcher::Log m_log;
  std::unique_ptr<MemoryBudget> m_budget;
};

TEST_F(PrefetchingSourceTest, ReadsExactlyWhatIsAskedForWhereNothingWasAnnounced) {
  const auto from = source();
  expect_read(*from, 500, 300);
  expect_read(*from, 900, 1200);
  EXPECT_THAT(asked(), ElementsAre(Pair(500, 300), Pair(900, 100), Pair(1000, 1000), Pair(2000, 100)));
  EXPECT_EQ(m_budget->used(), 0U);
}

TEST_F(PrefetchingSourceTest, ReadsAheadWithinWhatWasAnnouncedAndNotBeyond) {
  const auto from = source();
  from->will_read(0, 3500);
  std::uint64_t total = 0;
  for (std::uint64_t at = 0; at < 3500; at += 250) expect_read(*from, at, 250);
  for (const auto& [offset, size] : asked()) {
    EXPECT_LE(offset + size, 3500U);
    total += size;
  }
  EXPECT_EQ(total, 3500U);  // every byte once
}

TEST_F(PrefetchingSourceTest, GoesDeeperWhileItHasToWait) {
  const auto from = source();
  from->will_read(0, 20'000);
  expect_read(*from, 0, 10);
  EXPECT_EQ(asked().size(), 4U);  // the range; the rest of its block and a second one; the third begun
  expect_read(*from, 10, 10);
  expect_read(*from, 20, 10);
  EXPECT_LE(m_budget->used(), 5 * k_block);
  EXPECT_GE(m_budget->used(), 3 * k_block);
}

TEST_F(PrefetchingSourceTest, DoesNotGoDeeperForAReaderThatNeverWaits) {
  const auto from = source();
  from->will_read(0, 20'000);
  m_log.is_ready = true;
  expect_read(*from, 0, 10);  // nothing is ahead yet
  const std::uint64_t used = m_budget->used();
  for (std::uint64_t at = 10; at < 500; at += 10) expect_read(*from, at, 10);
  EXPECT_LE(m_budget->used(), used + k_block);
}

TEST_F(PrefetchingSourceTest, ReadsRightFromMemoryThatServedBefore) {
  const auto from = source(3 * k_block);
  for (int pass = 0; pass < 2; ++pass) {
    from->will_read(0, m_bytes.size());
    m_log.is_ready = pass == 1;  // what has not ended is not used again
    for (std::uint64_t at = 0; at < m_bytes.size(); at += 250) {
      expect_read(*from, at, 250);
      EXPECT_LE(m_budget->used(), 3 * k_block);
    }
  }
  from->will_read(0, 0);
  expect_read(*from, 0, 1);
  EXPECT_EQ(m_budget->used(), 0U) << "nothing is kept for a reader that reads no further";
}

TEST_F(PrefetchingSourceTest, KeepsToTheBudget) {
  const auto from = source(2500);
  from->will_read(0, 20'000);
  for (std::uint64_t at = 0; at < 20'000; at += 400) {
    expect_read(*from, at, 400);
    EXPECT_LE(m_budget->used(), 2500U);
  }
}

TEST_F(PrefetchingSourceTest, ManyReadersShareOneBudget) {
  constexpr std::size_t k_readers = 64;
  constexpr std::uint64_t k_limit = 8 * k_block;
  MemoryBudget budget(k_limit);
  std::atomic<std::uint64_t> most = 0;
  std::atomic<std::size_t> right = 0;
  {
    std::vector<std::jthread> readers;
    for (std::size_t i = 0; i < k_readers; ++i) {
      readers.emplace_back([&] {
        const PrefetchingSource from(std::make_unique<MemoryFetcher>(m_bytes, m_log), "s3://b/k",
                                     m_bytes.size(), budget, PrefetchOptions{k_block, 4});
        from.will_read(0, m_bytes.size());
        std::vector<std::byte> into(m_bytes.size());
        bool good = true;
        for (std::size_t at = 0; at < into.size(); at += 700) {
          const std::size_t size = std::min<std::size_t>(700, into.size() - at);
          good = good && from.read_at(at, MutableBytes(into).subspan(at, size));
          for (std::uint64_t used = budget.used(), seen = most;
               used > seen && !most.compare_exchange_weak(seen, used);) {
          }
        }
        if (good && into == m_bytes) ++right;
      });
    }
  }
  EXPECT_EQ(right, k_readers);
  EXPECT_LE(most, k_limit);
  EXPECT_GT(most, 0U);
  EXPECT_EQ(budget.used(), 0U);
}

TEST_F(PrefetchingSourceTest, WorksWithoutAnyBudget) {
  const auto from = source(0);
  from->will_read(0, 20'000);
  for (std::uint64_t at = 0; at < 20'000; at += 700) expect_read(*from, at, 700);
}

TEST_F(PrefetchingSourceTest, SkipsForwardWithinWhatIsAhead) {
  const auto from = source();
  from->will_read(0, 20'000);
  expect_read(*from, 0, 1000);
  asked();
  expect_read(*from, 2100, 100);  // was begun already
  for (const auto& [offset, size] : asked()) EXPECT_GE(offset, 2200U);
}

TEST_F(PrefetchingSourceTest, StartsAnewAfterAJump) {
  const auto from = source();
  from->will_read(0, 20'000);
  expect_read(*from, 0, 100);
  expect_read(*from, 15'000, 100);
  expect_read(*from, 200, 100);
  expect_read(*from, 15'100, 4000);
}

TEST_F(PrefetchingSourceTest, RefusesWhatLiesBeyondTheEnd) {
  const auto from = source();
  std::vector<std::byte> into(100);
  EXPECT_EQ(from->read_at(20'450, into).error().kind(), ErrorKind::corrupt_data);
  EXPECT_EQ(from->read_at(~std::uint64_t{0}, into).error().kind(), ErrorKind::corrupt_data);
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_TRUE(from->read_at(20'500, {}));
}

TEST_F(PrefetchingSourceTest, HandsOnFailures) {
  const auto from = source();
  m_log.fail_from = 3000;
  from->will_read(0, 20'000);
  expect_read(*from, 0, 900);
  std::vector<std::byte> into(2000);
  EXPECT_EQ(from->read_at(1500, into).error().message(), "broken");
}

TEST_F(PrefetchingSourceTest, FetchesAnewWhatFailed) {
  const auto from = source();
  from->will_read(0, 20'000);
  expect_read(*from, 0, 900);
  expect_read(*from, 900, 100);  // a few blocks are ahead now
  m_log.fail_from = 2000;
  std::vector<std::byte> into(1500);
  EXPECT_EQ(from->read_at(1000, into).error().message(), "broken");
  m_log.fail_from = ~std::uint64_t{0};
  expect_read(*from, 1000, 1500);
  expect_read(*from, 2500, 5000);
}

// Random reads, jumps and announcements beside the bytes in memory.
TEST_F(PrefetchingSourceTest, AgreesWithMemoryWhateverIsRead) {
  std::mt19937 random(7);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  for (int round = 0; round < 20; ++round) {
    const auto from = source(below(8000));
    std::uint64_t at = 0;
    for (int step = 0; step < 300; ++step) {
      if (below(20) == 0) from->will_read(below(20'500), below(20'500));
      if (below(5) == 0) at = below(20'500);
      m_log.is_ready = below(2) == 0;
      const std::uint64_t size = std::min<std::uint64_t>(below(3000), 20'500 - at);
      expect_read(*from, at, size);
      at += size;
    }
  }
}

TEST_F(PrefetchingSourceTest, ServesSeveralThreads) {
  const auto from = source();
  from->will_read(0, 20'500);
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int step = 0; step < 300; ++step) {
        const std::uint64_t at = random() % 20'000;
        expect_read(*from, at, random() % 500);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace fanfold
