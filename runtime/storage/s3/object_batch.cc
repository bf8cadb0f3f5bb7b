#include "runtime/storage/s3/object_batch.h"

namespace fanfold::s3 {

Status S3ObjectBatch::put(const Uri& uri, std::vector<std::byte> bytes) {
  const Object object{uri.bucket, uri.path};
  const auto request = [&](Bytes body) { return put_request(object, body, m_checksum); };
  return m_window.add(std::move(bytes), request, [](const Result<HttpOutcome>& outcome) {
    return outcome ? Status{} : Status(outcome.error());
  });
}

}  // namespace fanfold::s3
