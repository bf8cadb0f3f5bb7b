// Whether ranges that were written apart make up a whole: the receipts of a shared local file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/part_receipt.h"
#include "runtime/core/result.h"

namespace fanfold {

// REQUIRES: length > 0.
PartReceipt receipt_of_range(std::uint64_t offset, std::uint64_t length);

// A range as a receipt names it.
struct WrittenRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// The ranges, ascending. Errors as check_coverage.
Result<std::vector<WrittenRange>> covering_ranges(const std::vector<PartReceipt>& receipts,
                                                  std::uint64_t size_bytes, std::string_view name);

// corrupt_data where the receipts leave a gap, overlap, reach beyond `size_bytes` or are none of ours.
Status check_coverage(const std::vector<PartReceipt>& receipts, std::uint64_t size_bytes,
                      std::string_view name);

}  // namespace fanfold
