// The one record that makes a call's result final, and its JSON form in the hash
// `fanfold:{job}:commit:<stage>`:
//
//   {"v":1, "writer":"9f0c...", "epoch":1, "attempt":2,
//    "partial":{"bytes":4096, "sha256":"64 hex digits", "scratch_key":"..."},      scratch_key only when not
//    inline "parts":[[7,"etag",8388608], ...],                                           [part, etag, bytes]
//    "read":123, "written":456, "cpu_s":0.5, "wall_s":0.7, "peak_memory":1048576, "environment_calls":3}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/bytes.h"
#include "runtime/core/part_receipt.h"
#include "runtime/core/result.h"

namespace fanfold {

struct CommitRecord {
  // Filled by PartialStore::commit; what a caller puts there is ignored.
  std::string writer;  // random: tells a commit whose answer was lost from one that lost the race
  std::uint64_t epoch = 0;
  std::uint32_t attempt = 0;

  // Filled by PartialStore::commit for an inline partial, by the caller for one that lies in scratch.
  std::uint64_t partial_bytes = 0;
  std::string partial_sha256;  // 64 lower-case hex digits

  std::string scratch_key;  // empty: the partial is inline, in the hash of partials
  std::vector<PartReceipt> parts;
  std::uint64_t bytes_read = 0;  // from the store
  std::uint64_t bytes_written = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::uint32_t environment_calls =
      0;  // how many calls this execution environment has served, this one included

  bool operator==(const CommitRecord&) const = default;

  std::string encode() const;
  // corrupt_data where anything is missing, of another type, out of range or not a number.
  static Result<CommitRecord> decode(std::string_view json);
};

// Largest encoded record; decode refuses longer ones. 10,000 parts (the most an object has) fit.
inline constexpr std::size_t k_max_commit_record_bytes = 2 << 20;

// Whether `partial` is what the record promises: corrupt_data where its length or digest differs. `name` says
// in the message which partial it is.
Status verify_partial(const CommitRecord& record, Bytes partial, std::string_view name);

}  // namespace fanfold
