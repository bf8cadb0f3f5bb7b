// A source whose bytes come from far away: ranges are fetched in pieces side by side, straight into the
// caller's memory, and what is known to be read next is fetched ahead.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/byte_source.h"
#include "runtime/storage/memory_budget.h"
#include "runtime/storage/range_fetcher.h"

namespace fanfold {

struct PrefetchOptions {
  // Pieces end at multiples of this, as uploads' parts do; at least two pieces' worth is what a connection
  // earns.
  std::uint64_t block_bytes = std::uint64_t{8} << 20;
  std::size_t max_blocks_ahead = 8;
};

// Thread-safe; reading ahead serves one reader at a time best. Ahead is read only within what will_read()
// announced, so that no byte is fetched that nobody wants. How far ahead adapts: a reader that has to wait
// doubles the number of blocks, up to the limit and the budget. A forward jump within the blocks ahead skips;
// beyond them, or backward by more than the block that is kept, reading ahead starts anew there.
class PrefetchingSource final : public ByteSource {
 public:
  // `budget` outlives the source.
  PrefetchingSource(std::unique_ptr<RangeFetcher> fetcher, std::string name, std::uint64_t size_bytes,
                    MemoryBudget& budget, PrefetchOptions options = {});
  ~PrefetchingSource() override;

  std::uint64_t size_bytes() const override { return m_size; }
  const std::string& name() const override { return m_name; }
  Status read_at(std::uint64_t offset, MutableBytes into) const override;
  Status read_ranges(std::span<const RangeRead> ranges) const override;
  void will_read(std::uint64_t offset, std::uint64_t length) const override;

 private:
  struct Block;
  struct Memory;
  class SpareMemory;
  using Blocks = std::vector<std::shared_ptr<Block>>;
  // A range that is on its way: what blocks hold of it, and what is fetched for it alone.
  struct Arrival {
    RangeRead range;
    Blocks blocks;
    std::vector<std::unique_ptr<PendingRange>> pieces;
    bool is_ready() const;
  };
  Blocks blocks_at(std::uint64_t offset, std::uint64_t end) const;
  std::vector<RangeRead> pieces_beside(const Blocks& blocks, const RangeRead& range) const;
  Result<Arrival> begin(const RangeRead& range) const;
  Status finish(const Arrival& arrival) const;
  void read_ahead(std::uint64_t from, bool waited) const;
  Memory memory_for(std::uint64_t size) const;
  void drop_blocks_outside(std::uint64_t position) const;
  void drop_blocks_from(std::uint64_t offset) const;

  const std::unique_ptr<RangeFetcher> m_fetcher;
  const std::string m_name;
  const std::uint64_t m_size;
  MemoryBudget& m_budget;
  const PrefetchOptions m_options;
  const std::unique_ptr<SpareMemory> m_spare;  // outlives the blocks

  mutable std::mutex m_mutex;                           // of everything below
  mutable std::deque<std::shared_ptr<Block>> m_blocks;  // ascending, one after the other
  mutable std::uint64_t m_wanted_from = 0, m_wanted_end = 0;
  mutable std::size_t m_depth = 1;
};

}  // namespace fanfold
