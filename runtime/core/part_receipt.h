// What a store answers for one part of an object that many write together. The handler puts it into its
// commit record; the orchestrator completes the object with the receipts of all committed calls.
#pragma once

#include <cstdint>
#include <string>

namespace fanfold {

struct PartReceipt {
  std::uint32_t part = 0;  // S3: the part's number, from 1; local: 0
  std::string etag;        // S3: the part's ETag; local: the byte range, "bytes=FIRST-LAST"
  std::uint64_t bytes = 0;
  bool operator==(const PartReceipt&) const = default;
};

}  // namespace fanfold
