// The digest of a whole object, in one sequential pass.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "runtime/core/byte_source.h"
#include "runtime/core/digest.h"
#include "runtime/core/result.h"

namespace fanfold {

// Called from the pass with the bytes done so far.
using ChecksumProgress = std::function<void(std::uint64_t bytes_done)>;

// Lower-case hex. cancelled when stop was requested. Holds two buffers of 4 MiB: one is read while the other
// is digested.
Result<std::string> checksum_of(const ByteSource& source, DigestAlgorithm algorithm,
                                const ChecksumProgress& progress = {}, std::stop_token stop = {});

}  // namespace fanfold
