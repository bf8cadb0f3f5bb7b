#include "runtime/storage/s3/part_uploads.h"

namespace fanfold::s3 {

Status PartUploads::note(std::uint32_t part, std::uint64_t bytes, const Result<HttpOutcome>& outcome) {
  if (!outcome) return outcome.error();
  std::string etag = Client::etag_of(*outcome);
  if (etag.empty()) {
    return make_error(ErrorKind::corrupt_data,
                      "cannot upload part {} of '{}': the server's answer has no ETag", part,
                      m_object.name());
  }
  m_receipts.push_back({part, std::move(etag), bytes});
  return {};
}

Status PartUploads::add(std::uint32_t part, std::vector<std::byte> bytes) {
  const std::uint64_t size = bytes.size();
  const auto request = [&](Bytes body) {
    return upload_part_request(m_object, m_upload_id, part, body, m_checksum);
  };
  return m_window.add(std::move(bytes), request, [this, part, size](const Result<HttpOutcome>& outcome) {
    return note(part, size, outcome);
  });
}

Result<std::vector<PartReceipt>> PartUploads::finish() {
  FANFOLD_TRY(m_window.finish());
  return std::move(m_receipts);
}

}  // namespace fanfold::s3
