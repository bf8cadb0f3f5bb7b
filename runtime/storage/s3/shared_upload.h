// An object that many processes write together. Where every range is large enough to be parts of an upload,
// ranges are uploaded as parts; where one is not, each becomes a scratch object of its own, and whoever
// completes the object joins them: by copying on the server where a stretch is large enough for a part,
// through its own memory else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/storage/s3/object_writer.h"
#include "runtime/storage/store.h"

namespace fanfold::s3 {

// How the parts of an object of known size are numbered without anybody keeping count: a part that begins at
// byte b has the number b / unit + 1. With no part shorter than a unit, numbers are unique and ascend.
class PartGrid {
 public:
  explicit PartGrid(std::uint64_t object_bytes);
  std::uint64_t unit() const { return m_unit; }
  std::uint32_t number_at(std::uint64_t offset) const {
    return static_cast<std::uint32_t>(offset / m_unit + 1);
  }
  // Lengths of the parts of a range: about 8 MiB each, none below a unit unless the range is.
  std::vector<std::uint64_t> split(std::uint64_t length) const;

 private:
  std::uint64_t m_unit;
};

inline constexpr std::uint64_t k_min_part_bytes = std::uint64_t{5} << 20;

// The text that SharedObject::upload holds.
struct SharedUpload {
  bool joined = false;
  std::string upload_id;       // of the target's upload, created at once also where ranges are joined
  std::string scratch_prefix;  // key below which the ranges lie; joined alone

  std::string to_text() const;
  static Result<SharedUpload> parse(std::string_view text);
  std::string range_key(std::uint64_t offset) const;
};

// Begins one. Ranges that are joined lie below `scratch`, in the target's bucket, and stay there until they
// are removed with the rest of the scratch.
Result<SharedObject> create_shared_upload(Client& client, const Uri& target, const Uri& scratch,
                                          SharedLayout layout);
// `client` outlives what it makes.
Result<std::unique_ptr<RangeWriter>> open_shared_range(Client& client, const SharedObject& object,
                                                       std::uint64_t offset, std::uint64_t length,
                                                       SendChecksum checksum);
// Everything the receipts promise is compared with what the server lists before the object is completed.
Status complete_shared_upload(Client& client, const SharedObject& object,
                              const std::vector<PartReceipt>& receipts, SendChecksum checksum);
Status abort_shared_upload(Client& client, const SharedObject& object);

}  // namespace fanfold::s3
