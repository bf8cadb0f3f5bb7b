// A look at a bucket: whether it is there and can be listed, where it lies, and what time it is at its
// server.
#pragma once

#include <optional>
#include <string>

#include "runtime/storage/s3/client.h"

namespace fanfold::s3 {

struct BucketLook {
  std::string region;                     // empty where the server does not say
  std::optional<SystemTime> server_time;  // by its Date header, in whole seconds
};

// Asks for one key below `prefix`: credentials are often allowed to list a part of a bucket only. Unlike a
// HEAD, the answer says what is wrong. Errors: those of Client.
Result<BucketLook> look_at_bucket(Client& client, const std::string& bucket, const std::string& prefix);

}  // namespace fanfold::s3
