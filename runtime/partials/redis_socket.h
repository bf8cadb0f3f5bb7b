// A RedisStream over a TCP or Unix socket.
#pragma once

#include <memory>

#include "runtime/partials/redis_address.h"
#include "runtime/partials/redis_stream.h"

namespace fanfold {

// A name with several addresses is tried at each; no address may use up the time of those after it. The
// look-up of the name has the resolver's own time limit. Errors: not_found for a name that nobody knows,
// permission_denied for a socket that is not ours to open, timeout, transient for what a later try may find
// better.
Result<std::unique_ptr<RedisStream>> connect_redis_socket(const RedisAddress& address,
                                                          RedisDeadline deadline);

}  // namespace fanfold
