#include "runtime/storage/s3/part_uploads.h"

namespace fanfold::s3 {

Status PartUploads::collect_oldest() {
  Part& part = *m_running.front();
  FANFOLD_ASSIGN(const HttpOutcome outcome, part.request.finish());
  std::string etag = Client::etag_of(outcome);
  if (etag.empty()) {
    return make_error(ErrorKind::corrupt_data,
                      "cannot upload part {} of '{}': the server's answer has no ETag", part.part,
                      m_object.name());
  }
  m_receipts.push_back({part.part, std::move(etag), part.bytes.size()});
  m_running.pop_front();
  return {};
}

Status PartUploads::add(std::uint32_t part, std::vector<std::byte> bytes) {
  while (m_running.size() >= m_at_once) FANFOLD_TRY(collect_oldest());
  m_running.push_back(
      std::make_unique<Part>(m_client, m_object, m_upload_id, part, std::move(bytes), m_checksum));
  return {};
}

Result<std::vector<PartReceipt>> PartUploads::finish() {
  while (!m_running.empty()) FANFOLD_TRY(collect_oldest());
  return std::move(m_receipts);
}

}  // namespace fanfold::s3
