// Objects in buckets as a store.
#pragma once

#include <memory>

#include "runtime/storage/memory_budget.h"
#include "runtime/storage/prefetching_source.h"
#include "runtime/storage/s3/client.h"
#include "runtime/storage/store.h"

namespace fanfold::s3 {

struct S3StoreOptions {
  std::uint64_t read_ahead_bytes = std::uint64_t{64} << 20;  // of all sources together
  PrefetchOptions prefetch{};
  bool send_checksums = true;
};

// A folder is a key that ends in '/', or the bucket itself; what lies below it starts with that. Removing one
// aborts the uploads below it, which writers that were killed have left. `client`
// outlives the store, and the store what it opens.
std::unique_ptr<Store> make_s3_store(Client& client, S3StoreOptions options);

}  // namespace fanfold::s3
