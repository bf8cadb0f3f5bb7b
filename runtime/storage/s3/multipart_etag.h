// The ETag of an object that was put together from parts.
#pragma once

#include <span>
#include <string_view>

#include "runtime/core/part_receipt.h"

namespace fanfold::s3 {

// Whether `etag`, with its quotes, can be that of an object made of these parts: S3 has "DIGEST-COUNT", the
// digest being the MD5 of the parts' MD5s, which are their ETags. Where those are no MD5s, or this machine
// forbids MD5, the count alone decides.
bool is_etag_of_parts(std::string_view etag, std::span<const PartReceipt> parts);

}  // namespace fanfold::s3
