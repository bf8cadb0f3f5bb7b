// Asks for ranges of one object, many at a time, without waiting.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold {

// A range on its way into memory that was lent for it. Destroying it cancels, and ends only when the memory
// is no longer written to.
class PendingRange {
 public:
  virtual ~PendingRange() = default;
  // Whether wait() would return at once with success.
  virtual bool is_ready() const = 0;
  // Waits until the range is there, trying again as often as its source thinks right. At most one thread at a
  // time; a second call gives the same answer.
  virtual Status wait() = 0;
};

// Thread-safe.
class RangeFetcher {
 public:
  virtual ~RangeFetcher() = default;
  // REQUIRES: the range lies within the object, and is not empty.
  virtual std::unique_ptr<PendingRange> begin(std::uint64_t offset, MutableBytes into) = 0;
};

}  // namespace fanfold
