// Makes the parts of an upload out of scratch objects that are too small to be parts.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "runtime/storage/range_coverage.h"
#include "runtime/storage/s3/shared_upload.h"

namespace fanfold::s3 {

// Not thread-safe. Holds a few parts, whatever the number of ranges: small ranges are fetched some ahead and
// put together, what is large enough is copied on the server and never seen here.
class RangeJoiner {
 public:
  // `client` outlives it. `smallest_part`: of the target's grid.
  RangeJoiner(Client& client, Object target, const SharedUpload& upload, std::uint64_t smallest_part,
              SendChecksum checksum);
  ~RangeJoiner();

  // In the order of their offsets.
  Status add(const WrittenRange& range);
  Result<std::vector<PartReceipt>> finish();

 private:
  struct Scratch;
  class Arriving;
  Status fetch(const WrittenRange& range);
  Status take_arriving();
  Status add_large(const WrittenRange& range);
  Status copy(const Scratch& from, std::uint64_t first, std::uint64_t length);
  Status take(const Scratch& from, std::uint64_t first, std::uint64_t length);
  Status append(Bytes bytes);
  Status send_buffer();
  Object scratch_of(const WrittenRange& range) const;

  Client& m_client;
  const Object m_target;
  const SharedUpload m_upload;
  const std::uint64_t m_smallest_part;
  const std::uint64_t m_usual_part;
  PartUploads m_uploads;
  bool m_server_copies = true;  // until it says that it does not
  std::uint32_t m_next_part = 1;
  std::vector<std::byte> m_buffer;
  std::deque<std::unique_ptr<Arriving>> m_arriving;
  std::uint64_t m_arriving_bytes = 0;
  std::vector<PartReceipt> m_copied;
};

}  // namespace fanfold::s3
