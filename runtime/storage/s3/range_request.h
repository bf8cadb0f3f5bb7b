// One range of one object, resumed where it broke off.
#pragma once

#include <memory>
#include <string>

#include "runtime/storage/range_fetcher.h"
#include "runtime/storage/s3/client.h"

namespace fanfold::s3 {

// The object all ranges must be of.
struct ReadObject {
  std::string bucket;
  std::string key;
  std::string etag;  // with its quotes
  std::uint64_t size_bytes = 0;

  std::string name() const { return fmt::format("s3://{}/{}", bucket, key); }
};

// Every range is asked for with If-Match, and the answer's ETag and Content-Range are compared besides: not
// every server heeds the condition. Errors: corrupt_data where the object is not that one any more, and those
// of Client.
class S3RangeFetcher final : public RangeFetcher {
 public:
  // `client` outlives it.
  S3RangeFetcher(Client& client, ReadObject object) : m_client(client), m_object(std::move(object)) {}
  std::unique_ptr<PendingRange> begin(std::uint64_t offset, MutableBytes into) override;

 private:
  Client& m_client;
  const ReadObject m_object;
};

}  // namespace fanfold::s3
