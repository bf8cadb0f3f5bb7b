// Objects behind URIs: ranged reads, whole and streamed writes, listing, deletion, and the shared output
// object that many write at once. One interface; what lies behind it is a file system or an object store.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/core/byte_sink.h"
#include "runtime/core/byte_source.h"
#include "runtime/core/part_receipt.h"
#include "runtime/core/result.h"
#include "runtime/storage/uri.h"

namespace fanfold {

struct ObjectInfo {
  std::uint64_t size_bytes = 0;
  // Changes when the content may have changed: the ETag; of a local file its size, mtime and inode.
  std::string identity;
};

struct StoreEntry {
  Uri uri;
  std::uint64_t size_bytes = 0;
};

// What commit() does where an object of that name is there by then.
enum class Existing : std::uint8_t { replace, refuse };

// Writes one object from its first byte to its last. Not thread-safe. Nothing is visible under the object's
// name before commit() succeeded; destroying an uncommitted writer leaves nothing behind. May outlive its
// store.
class ObjectWriter : public ByteSink {
 public:
  virtual Status commit() = 0;
  virtual std::uint64_t bytes_written() const = 0;
};

// Writes many small objects, in any order; side by side where the store is far away. Not thread-safe.
// Destroying it unfinished gives up what is on its way.
class ObjectBatch {
 public:
  virtual ~ObjectBatch() = default;
  // An error may be that of an earlier object.
  virtual Status put(const Uri& uri, std::vector<std::byte> bytes) = 0;
  // All of them are there.
  virtual Status finish() = 0;
};

// Writes one range of a shared object. Not thread-safe. Writing beyond the range is an internal error.
class RangeWriter : public ByteSink {
 public:
  // Exactly the range's length must have been written. The receipts belong into the commit record.
  virtual Result<std::vector<PartReceipt>> finish() = 0;
};

// What is known of a shared object when it is begun.
struct SharedLayout {
  std::uint64_t size_bytes = 0;
  // Length of the smallest range that will be written, the last one aside; 0 where nobody knows. One range
  // that is the whole object has the object's size.
  std::uint64_t smallest_range = 0;
};

// An output object of known size that is created and completed by the orchestrator and whose ranges are
// written by handlers, in other processes. Plain data: it travels in a stage's arguments.
struct SharedObject {
  Uri target;
  std::string upload;  // local: path of the preallocated scratch file; S3: the upload, as its store notes it
  std::uint64_t size_bytes = 0;
};

// Bytes that went through a store and all that it opened.
struct StoreTraffic {
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
};

// Thread-safe. Errors: not_found, permission_denied, invalid_argument (a directory or a device where an
// object is meant, a full disk: the user has to act), corrupt_data (an object that is not the one expected),
// transient.
class Store {
 public:
  virtual ~Store() = default;

  virtual Result<ObjectInfo> stat(const Uri& uri) = 0;
  // With `expected_identity`, corrupt_data where the object is not (any more) that one. May outlive the
  // store.
  virtual Result<std::unique_ptr<ByteSource>> open(const Uri& uri,
                                                   std::optional<std::string> expected_identity = {}) = 0;
  // invalid_argument where the object is larger than `max_bytes`.
  virtual Result<std::string> read_all(const Uri& uri, std::uint64_t max_bytes) = 0;

  // The whole object at once, atomically: readers see the old one or the new one. Creates missing folders.
  virtual Status put(const Uri& uri, Bytes bytes) = 0;
  // With Existing::refuse commit() fails (invalid_argument) where somebody else has made the object; a store
  // that knows no such condition replaces it.
  virtual Result<std::unique_ptr<ObjectWriter>> create(const Uri& uri,
                                                       Existing existing = Existing::replace) = 0;
  // The store outlives it.
  virtual std::unique_ptr<ObjectBatch> begin_batch();

  // All objects below the folder, however deep, sorted by name. A folder that is not there has none.
  virtual Result<std::vector<StoreEntry>> list(const Uri& folder) = 0;
  // What is not there is fine.
  virtual Status remove(const Uri& uri) = 0;
  virtual Status remove_tree(const Uri& folder) = 0;

  // `scratch` is where bytes are kept until the object is complete: the name of a file, which must lie on the
  // target's file system, or of a folder in its bucket, which nothing removes but the end of the job. Local
  // space is reserved at once: a full disk shows here, not in the middle of the job.
  virtual Result<SharedObject> create_shared(const Uri& target, const Uri& scratch, SharedLayout layout) = 0;
  // Whether the object can be read before it is complete: by open_shared(), and by its location.
  virtual bool reads_unfinished() const = 0;
  virtual Result<std::unique_ptr<RangeWriter>> open_range(const SharedObject& object, std::uint64_t offset,
                                                          std::uint64_t length) = 0;
  // Publishes the object under its target's name. The receipts of all ranges, in any order; corrupt_data
  // where they do not cover the object exactly once.
  virtual Status complete_shared(const SharedObject& object, const std::vector<PartReceipt>& receipts) = 0;
  // What was aborted or never created is fine.
  virtual Status abort_shared(const SharedObject& object) = 0;
  // Reads it before it is published; where reads_unfinished() is false, after that.
  virtual Result<std::unique_ptr<ByteSource>> open_shared(const SharedObject& object) = 0;

  virtual StoreTraffic traffic() const = 0;
};

}  // namespace fanfold
