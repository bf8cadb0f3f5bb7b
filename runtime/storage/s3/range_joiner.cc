#include "runtime/storage/s3/range_joiner.h"

#include <algorithm>

#include "runtime/storage/s3/range_request.h"

namespace fanfold::s3 {
namespace {

constexpr std::uint64_t k_usual_part_bytes = std::uint64_t{8} << 20;
constexpr std::uint64_t k_max_copy_bytes = std::uint64_t{1}
                                           << 30;  // a part may have 5 GiB; a copy should not take for ever

}  // namespace

// A range as it lies in the store.
struct RangeJoiner::Scratch {
  Object object;
  std::string etag;
  std::uint64_t length = 0;
};

Status RangeJoiner::send_buffer() {
  return m_uploads.add(m_next_part++, std::exchange(m_buffer, {}));
}

Status RangeJoiner::copy(const Scratch& from, std::uint64_t first, std::uint64_t length) {
  FANFOLD_ASSIGN(std::string etag, upload_part_copy(m_client, m_target, m_upload.upload_id, m_next_part,
                                                    from.object, from.etag, first, length));
  m_copied.push_back({m_next_part++, std::move(etag), length});
  return {};
}

Status RangeJoiner::take(const Scratch& from, std::uint64_t first, std::uint64_t length) {
  S3RangeFetcher fetcher(m_client, {from.object.bucket, from.object.key, from.etag, from.length});
  const std::size_t before = m_buffer.size();
  m_buffer.resize(before + static_cast<std::size_t>(length));
  return fetcher.begin(first, MutableBytes(m_buffer).subspan(before))->wait();
}

Status RangeJoiner::add(const WrittenRange& range) {
  Scratch from{{m_target.bucket, m_upload.range_key(range.offset)}, {}, range.length};
  FANFOLD_ASSIGN(const ObjectHead head, head_object(m_client, from.object));
  if (head.size_bytes != range.length) {
    return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, its call has written {}",
                      from.object.name(), head.size_bytes, range.length);
  }
  from.etag = head.etag;
  for (std::uint64_t at = 0; at < range.length;) {
    const std::uint64_t left = range.length - at;
    const bool may_copy = m_server_copies && left >= m_smallest_part;
    if (m_buffer.empty() && may_copy) {
      const std::uint64_t length = left < k_max_copy_bytes + m_smallest_part ? left : k_max_copy_bytes;
      const Status copied = copy(from, at, length);
      if (copied) {
        at += length;
        continue;
      }
      if (copied.error().kind() != ErrorKind::invalid_argument) return copied;
      m_server_copies = false;
      continue;
    }
    // No more than makes a part of the buffer, so that the rest may be copied.
    const std::uint64_t fill = may_copy ? m_smallest_part : std::max(m_smallest_part, k_usual_part_bytes);
    const std::uint64_t length = std::min(left, fill - std::min<std::uint64_t>(m_buffer.size(), fill));
    if (length > 0) FANFOLD_TRY(take(from, at, length));
    at += length;
    if (m_buffer.size() >= fill) FANFOLD_TRY(send_buffer());
  }
  return {};
}

Result<std::vector<PartReceipt>> RangeJoiner::finish() {
  if (!m_buffer.empty()) FANFOLD_TRY(send_buffer());
  FANFOLD_ASSIGN(std::vector<PartReceipt> parts, m_uploads.finish());
  std::move(m_copied.begin(), m_copied.end(), std::back_inserter(parts));
  return parts;
}

}  // namespace fanfold::s3
