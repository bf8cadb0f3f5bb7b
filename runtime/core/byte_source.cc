#include "runtime/core/byte_source.h"

namespace fanfold {

Status MemoryByteSource::read_at(std::uint64_t offset, MutableBytes into) const {
  if (!range_within(offset, into.size(), m_bytes.size())) {
    return make_error(ErrorKind::corrupt_data, "'{}' ends at byte {}, {} bytes were expected at {}", m_name,
                      m_bytes.size(), into.size(), offset);
  }
  if (!into.empty()) std::memcpy(into.data(), m_bytes.data() + offset, into.size());
  return {};
}

}  // namespace fanfold
