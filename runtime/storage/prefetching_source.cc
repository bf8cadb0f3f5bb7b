#include "runtime/storage/prefetching_source.h"

#include <algorithm>
#include <cstring>

#include "runtime/storage/page_memory.h"

namespace fanfold {

struct PrefetchingSource::Memory {
  PageMemory pages;
  MemoryBudget::Reservation reservation;
};

// Fresh memory costs the kernel as much as the bytes that fill it: that of a block that is done with serves
// the next one. Thread-safe.
class PrefetchingSource::SpareMemory {
 public:
  // What there is already stays.
  void give(Memory memory) {
    const std::lock_guard lock(m_mutex);
    if (m_memory.pages.size() == 0) m_memory = std::move(memory);
  }
  Memory take() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_memory, {});
  }

 private:
  std::mutex m_mutex;
  Memory m_memory;
};

// A stretch that is or will be in memory. Several readers may hold it; its range is waited for by one at a
// time.
struct PrefetchingSource::Block {
  Block(SpareMemory& next_user, std::uint64_t begin, Memory own)
      : spare(next_user), offset(begin), memory(std::move(own)) {}
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    pending.reset();  // writes into the memory until then
    spare.give(std::move(memory));
  }

  SpareMemory& spare;
  const std::uint64_t offset;
  Memory memory;
  std::mutex waiting;
  std::unique_ptr<PendingRange> pending;

  MutableBytes bytes() const { return memory.pages.bytes(); }
  std::uint64_t end() const { return offset + bytes().size(); }
  bool is_ready() const { return pending->is_ready(); }
  Status wait() {
    const std::lock_guard lock(waiting);
    return pending->wait();
  }
};

PrefetchingSource::PrefetchingSource(std::unique_ptr<RangeFetcher> fetcher, std::string name,
                                     std::uint64_t size_bytes, MemoryBudget& budget, PrefetchOptions options)
    : m_fetcher(std::move(fetcher)),
      m_name(std::move(name)),
      m_size(size_bytes),
      m_budget(budget),
      m_options(options),
      m_spare(std::make_unique<SpareMemory>()) {}

PrefetchingSource::~PrefetchingSource() = default;

void PrefetchingSource::will_read(std::uint64_t offset, std::uint64_t length) const {
  const std::lock_guard lock(m_mutex);
  m_wanted_from = std::min(offset, m_size);
  m_wanted_end = m_wanted_from + std::min(length, m_size - m_wanted_from);
  m_depth = 1;
}

// Those that overlap the range, ascending; what the range has passed goes.
PrefetchingSource::Blocks PrefetchingSource::blocks_at(std::uint64_t offset, std::uint64_t end) const {
  const std::lock_guard lock(m_mutex);
  drop_blocks_outside(offset);
  Blocks found;
  for (const auto& block : m_blocks) {
    if (block->offset < end && offset < block->end()) found.push_back(block);
  }
  return found;
}

// One block behind the position is kept, for small steps backward. REQUIRES: the lock is held.
void PrefetchingSource::drop_blocks_outside(std::uint64_t position) const {
  while (m_blocks.size() > 1 && m_blocks[1]->end() <= position) m_blocks.pop_front();
  if (m_blocks.empty()) return;
  if (position < m_blocks.front()->offset || position > m_blocks.back()->end()) m_blocks.clear();
}

// Empty where the budget has none left.
PrefetchingSource::Memory PrefetchingSource::memory_for(std::uint64_t size) const {
  Memory memory = m_spare->take();
  if (memory.pages.size() == size) return memory;
  memory = {};  // its bytes may be those that the budget lacks
  memory.reservation = m_budget.try_reserve(size);
  if (memory.reservation) memory.pages = PageMemory(size);
  return memory;
}

// Of a block that failed nothing is to stay, so that who reads its range again fetches it anew. The blocks
// behind it go with it: those that are kept lie one after the other.
void PrefetchingSource::drop_blocks_from(std::uint64_t offset) const {
  const std::lock_guard lock(m_mutex);
  while (!m_blocks.empty() && m_blocks.back()->end() > offset) m_blocks.pop_back();
}

// What no block holds, cut at the multiples of a block.
std::vector<RangeRead> PrefetchingSource::pieces_beside(const Blocks& blocks, const RangeRead& range) const {
  std::vector<RangeRead> pieces;
  std::uint64_t at = range.offset;
  const auto list_until = [&](std::uint64_t until) {
    while (at < until) {
      const std::uint64_t boundary = (at / m_options.block_bytes + 1) * m_options.block_bytes;
      const std::uint64_t stop = std::min(until, boundary);
      pieces.push_back({at, range.into.subspan(at - range.offset, stop - at)});
      at = stop;
    }
  };
  for (const auto& block : blocks) {
    list_until(block->offset);
    at = std::max(at, block->end());
  }
  list_until(range.offset + range.into.size());
  return pieces;
}

// Begins the blocks behind `from`, as many as the depth says.
void PrefetchingSource::read_ahead(std::uint64_t from, bool waited) const {
  const std::lock_guard lock(m_mutex);
  if (from < m_wanted_from || from >= m_wanted_end) {
    m_spare->take();
    return;
  }
  if (waited) m_depth = std::min(m_depth * 2, m_options.max_blocks_ahead);
  std::uint64_t at = m_blocks.empty() ? from : std::max(from, m_blocks.back()->end());
  if (!m_blocks.empty() && at != m_blocks.back()->end())
    m_blocks.clear();  // a gap: what lies behind it is past
  const std::uint64_t until = std::min(m_wanted_end, from + m_depth * m_options.block_bytes);
  while (at < until) {
    const std::uint64_t boundary = (at / m_options.block_bytes + 1) * m_options.block_bytes;
    const std::uint64_t size = std::min(boundary, m_wanted_end) - at;
    Memory memory = memory_for(size);
    if (!memory.reservation) return;
    auto block = std::make_shared<Block>(*m_spare, at, std::move(memory));
    block->pending = m_fetcher->begin(at, block->bytes());
    m_blocks.push_back(std::move(block));
    at += size;
  }
}

bool PrefetchingSource::Arrival::is_ready() const {
  return pieces.empty() && std::ranges::all_of(blocks, [](const auto& block) { return block->is_ready(); });
}

Result<PrefetchingSource::Arrival> PrefetchingSource::begin(const RangeRead& range) const {
  const auto& [offset, into] = range;
  if (!range_within(offset, into.size(), m_size)) {
    return make_error(ErrorKind::corrupt_data, "'{}' ends at byte {}: bytes {} to {} are not there", m_name,
                      m_size, offset, offset + into.size());
  }
  Arrival arrival;
  arrival.range = range;
  if (into.empty()) return arrival;
  arrival.blocks = blocks_at(offset, offset + into.size());
  for (const RangeRead& piece : pieces_beside(arrival.blocks, range)) {
    arrival.pieces.push_back(m_fetcher->begin(piece.offset, piece.into));
  }
  return arrival;
}

Status PrefetchingSource::finish(const Arrival& arrival) const {
  const auto& [offset, into] = arrival.range;
  for (const auto& block : arrival.blocks) {
    if (const Status status = block->wait(); !status) {
      drop_blocks_from(block->offset);
      return status;
    }
    const std::uint64_t first = std::max(offset, block->offset);
    const std::uint64_t last = std::min(offset + into.size(), block->end());
    std::memcpy(into.data() + (first - offset), block->bytes().data() + (first - block->offset),
                last - first);
  }
  for (const auto& piece : arrival.pieces) FANFOLD_TRY(piece->wait());
  return {};
}

Status PrefetchingSource::read_at(std::uint64_t offset, MutableBytes into) const {
  const RangeRead range{offset, into};
  return read_ranges({&range, 1});
}

Status PrefetchingSource::read_ranges(std::span<const RangeRead> ranges) const {
  if (ranges.empty()) return {};
  std::vector<Arrival> arrivals;
  for (const RangeRead& range : ranges) {
    FANFOLD_ASSIGN(Arrival arrival, begin(range));
    arrivals.push_back(std::move(arrival));
  }
  // What is wanted now is asked for before what is wanted next.
  const bool waits = !std::ranges::all_of(arrivals, &Arrival::is_ready);
  read_ahead(ranges.back().offset + ranges.back().into.size(), waits);
  for (const Arrival& arrival : arrivals) FANFOLD_TRY(finish(arrival));
  return {};
}

}  // namespace fanfold
