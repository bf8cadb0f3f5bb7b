// Makes the parts of an upload out of scratch objects that are too small to be parts.
#pragma once

#include <vector>

#include "runtime/storage/range_coverage.h"
#include "runtime/storage/s3/shared_upload.h"

namespace fanfold::s3 {

// Not thread-safe. Holds a few parts, whatever the number of ranges; what is large enough is copied
// on the server and never seen here.
class RangeJoiner {
 public:
  // `client` outlives it. `smallest_part`: of the target's grid.
  RangeJoiner(Client& client, Object target, const SharedUpload& upload, std::uint64_t smallest_part,
              SendChecksum checksum)
      : m_client(client),
        m_target(target),
        m_upload(upload),
        m_smallest_part(smallest_part),
        m_uploads(client, std::move(target), upload.upload_id, checksum) {}

  // In the order of their offsets.
  Status add(const WrittenRange& range);
  Result<std::vector<PartReceipt>> finish();

 private:
  struct Scratch;
  Status copy(const Scratch& from, std::uint64_t first, std::uint64_t length);
  Status take(const Scratch& from, std::uint64_t first, std::uint64_t length);
  Status send_buffer();

  Client& m_client;
  const Object m_target;
  const SharedUpload m_upload;
  const std::uint64_t m_smallest_part;
  PartUploads m_uploads;
  bool m_server_copies = true;  // until it says that it does not
  std::uint32_t m_next_part = 1;
  std::vector<std::byte> m_buffer;
  std::vector<PartReceipt> m_copied;
};

}  // namespace fanfold::s3
