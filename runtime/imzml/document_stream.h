// The bytes of a document from the first to the last, whether they are stored as they are or as gzip.
#pragma once

#include <cstddef>
#include <memory>

#include "runtime/core/byte_source.h"
#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold::imzml {

// Not thread-safe.
class DocumentStream {
 public:
  virtual ~DocumentStream() = default;
  // How many bytes of `into` were filled: all of them, or fewer where the document ends.
  virtual Result<std::size_t> read(MutableBytes into) = 0;
};

// The first bytes decide, not the name. Gzip may have any number of members, as `cat a.gz b.gz` makes them;
// it is inflated as it is read, in buffers of fixed size. `source` must outlive the stream. Reading ends with
// corrupt_data where gzip is cut off, damaged (its checksums are compared) or followed by something else.
Result<std::unique_ptr<DocumentStream>> open_document(const ByteSource& source);

}  // namespace fanfold::imzml
