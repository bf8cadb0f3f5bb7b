// Many small objects in buckets, written side by side.
#pragma once

#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/s3/request_window.h"
#include "runtime/storage/store.h"

namespace fanfold::s3 {

class S3ObjectBatch final : public ObjectBatch {
 public:
  // `client` outlives it.
  S3ObjectBatch(Client& client, SendChecksum checksum) : m_checksum(checksum), m_window(client) {}
  Status put(const Uri& uri, std::vector<std::byte> bytes) override;
  Status finish() override { return m_window.finish(); }

 private:
  const SendChecksum m_checksum;
  RequestWindow m_window;
};

}  // namespace fanfold::s3
