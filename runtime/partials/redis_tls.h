// TLS around a RedisStream.
#pragma once

#include <memory>

#include "runtime/partials/redis_address.h"
#include "runtime/partials/redis_stream.h"

namespace fanfold {

// Shakes hands over `socket` (TLS 1.2 or newer) and returns the stream inside. The server's certificate is
// always verified, for the address's host and against its ca_file. Errors, beside those of `socket`:
// permission_denied for a certificate that is not trusted and for a server that wants one of ours;
// corrupt_data for a peer that speaks no TLS or none that is acceptable; invalid_argument for a ca_file that
// cannot be used.
Result<std::unique_ptr<RedisStream>> secure_redis_stream(std::unique_ptr<RedisStream> socket,
                                                         const RedisAddress& address, RedisDeadline deadline);

}  // namespace fanfold
