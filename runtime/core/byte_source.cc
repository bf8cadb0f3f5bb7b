#include "runtime/core/byte_source.h"

namespace fanfold {

Status ByteSource::read_ranges(std::span<const RangeRead> ranges) const {
  for (const RangeRead& range : ranges) FANFOLD_TRY(read_at(range.offset, range.into));
  return {};
}

Status MemoryByteSource::read_at(std::uint64_t offset, MutableBytes into) const {
  if (!range_within(offset, into.size(), m_bytes.size())) {
    return make_error(ErrorKind::corrupt_data, "'{}' ends at byte {}, {} bytes were expected at {}", m_name,
                      m_bytes.size(), into.size(), offset);
  }
  if (!into.empty()) std::memcpy(into.data(), m_bytes.data() + offset, into.size());
  return {};
}

}  // namespace fanfold
