// Parts of one upload, a few at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "runtime/core/part_receipt.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/request_window.h"

namespace fanfold::s3 {

// Not thread-safe. Neither begins nor ends the upload. Destroying it cancels what is under way.
class PartUploads {
 public:
  // Memory: `at_once` parts. `client` outlives it.
  PartUploads(Client& client, Object object, std::string upload_id, SendChecksum checksum,
              std::size_t at_once = 2)
      : m_object(std::move(object)),
        m_upload_id(std::move(upload_id)),
        m_checksum(checksum),
        m_window(client, {at_once, std::numeric_limits<std::uint64_t>::max()}) {}

  // Waits while as many as allowed are under way. An error may be that of an earlier part.
  Status add(std::uint32_t part, std::vector<std::byte> bytes);
  // Those of all parts, in the order they were added.
  Result<std::vector<PartReceipt>> finish();
  const std::string& upload_id() const { return m_upload_id; }

 private:
  Status note(std::uint32_t part, std::uint64_t bytes, const Result<HttpOutcome>& outcome);

  const Object m_object;
  const std::string m_upload_id;
  const SendChecksum m_checksum;
  std::vector<PartReceipt> m_receipts;
  RequestWindow m_window;
};

}  // namespace fanfold::s3
