// Parts of one upload, a few at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "runtime/core/part_receipt.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/pending_request.h"

namespace fanfold::s3 {

// Not thread-safe. Neither begins nor ends the upload. Destroying it cancels what is under way.
class PartUploads {
 public:
  // Memory: `at_once` parts. `client` outlives it.
  PartUploads(Client& client, Object object, std::string upload_id, SendChecksum checksum,
              std::size_t at_once = 2)
      : m_client(client),
        m_object(std::move(object)),
        m_upload_id(std::move(upload_id)),
        m_checksum(checksum),
        m_at_once(at_once) {}

  // Waits while as many as allowed are under way. An error may be that of an earlier part.
  Status add(std::uint32_t part, std::vector<std::byte> bytes);
  // Those of all parts, in the order they were added.
  Result<std::vector<PartReceipt>> finish();
  const std::string& upload_id() const { return m_upload_id; }

 private:
  struct Part {
    Part(Client& client, const Object& object, const std::string& upload_id, std::uint32_t number,
         std::vector<std::byte> content, SendChecksum checksum)
        : part(number),
          bytes(std::move(content)),
          request(client, upload_part_request(object, upload_id, number, bytes, checksum)) {
      request.start();
    }
    std::uint32_t part;
    std::vector<std::byte> bytes;
    PendingRequest request;
  };
  Status collect_oldest();

  Client& m_client;
  const Object m_object;
  const std::string m_upload_id;
  const SendChecksum m_checksum;
  const std::size_t m_at_once;
  std::deque<std::unique_ptr<Part>> m_running;
  std::vector<PartReceipt> m_receipts;
};

}  // namespace fanfold::s3
