#include "runtime/storage/s3/range_joiner.h"

#include <algorithm>

#include "runtime/storage/s3/range_request.h"

namespace fanfold::s3 {
namespace {

constexpr std::uint64_t k_usual_part_bytes = std::uint64_t{8} << 20;
// A part may have 5 GiB; a copy should not take for ever.
constexpr std::uint64_t k_max_copy_bytes = std::uint64_t{1} << 30;
constexpr std::uint64_t k_arriving_bytes = std::uint64_t{16} << 20;
constexpr std::size_t k_arriving_at_once = 16;

}  // namespace

// A range as it lies in the store.
struct RangeJoiner::Scratch {
  Object object;
  std::string etag;
  std::uint64_t length = 0;
};

// A whole scratch object on its way. One answer is of one version of the object, so that no ETag is needed.
class RangeJoiner::Arriving {
 public:
  Arriving(Client& client, const Object& object, std::uint64_t length)
      : m_name(object.name()),
        m_bytes(static_cast<std::size_t>(length)),
        m_request(client, get(object, m_bytes)) {
    m_request.start();
  }
  std::uint64_t size() const { return m_bytes.size(); }

  Result<Bytes> wait() {
    FANFOLD_ASSIGN(const HttpOutcome outcome, m_request.finish());
    if (outcome.received == m_bytes.size()) return Bytes(m_bytes);
    return make_error(ErrorKind::corrupt_data, "'{}' has {} bytes, its call has written {}", m_name,
                      outcome.received, m_bytes.size());
  }

 private:
  static Request get(const Object& object, MutableBytes into) {
    Request request;
    request.bucket = object.bucket;
    request.key = object.key;
    request.into = into;
    request.attempt = fmt::format("read '{}'", object.name());
    return request;
  }
  const std::string m_name;
  std::vector<std::byte> m_bytes;
  PendingRequest m_request;  // writes into m_bytes: the last member is the first to go
};

RangeJoiner::RangeJoiner(Client& client, Object target, const SharedUpload& upload,
                         std::uint64_t smallest_part, SendChecksum checksum)
    : m_client(client),
      m_target(target),
      m_upload(upload),
      m_smallest_part(smallest_part),
      m_usual_part(std::max(smallest_part, k_usual_part_bytes)),
      m_uploads(client, std::move(target), upload.upload_id, checksum) {}

RangeJoiner::~RangeJoiner() = default;

Object RangeJoiner::scratch_of(const WrittenRange& range) const {
  return {m_target.bucket, m_upload.range_key(range.offset)};
}

Status RangeJoiner::send_buffer() {
  return m_uploads.add(m_next_part++, std::exchange(m_buffer, {}));
}

Status RangeJoiner::append(Bytes bytes) {
  while (!bytes.empty()) {
    if (m_buffer.empty()) m_buffer.reserve(m_usual_part);
    const std::size_t taken = std::min<std::size_t>(bytes.size(), m_usual_part - m_buffer.size());
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (m_buffer.size() == m_usual_part) FANFOLD_TRY(send_buffer());
  }
  return {};
}

Status RangeJoiner::take_arriving() {
  const std::unique_ptr<Arriving> next = std::move(m_arriving.front());
  m_arriving.pop_front();
  m_arriving_bytes -= next->size();
  FANFOLD_ASSIGN(const Bytes bytes, next->wait());
  return append(bytes);
}

Status RangeJoiner::fetch(const WrittenRange& range) {
  const auto is_full = [&] {
    return m_arriving.size() == k_arriving_at_once ||
           (!m_arriving.empty() && m_arriving_bytes + range.length > k_arriving_bytes);
  };
  while (is_full()) FANFOLD_TRY(take_arriving());
  m_arriving.push_back(std::make_unique<Arriving>(m_client, scratch_of(range), range.length));
  m_arriving_bytes += range.length;
  return {};
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

// Fills the buffer up to a part, and has the rest copied.
Status RangeJoiner::add_large(const WrittenRange& range) {
  Scratch from{scratch_of(range), {}, range.length};
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
      if (!copied && copied.error().kind() != ErrorKind::invalid_argument) return copied;
      m_server_copies = copied.has_value();
      if (copied) at += length;
      continue;
    }
    // No more than makes a part of the buffer, so that the rest may be copied.
    const std::uint64_t fill = may_copy ? m_smallest_part : m_usual_part;
    const std::uint64_t length = std::min(left, fill - std::min<std::uint64_t>(m_buffer.size(), fill));
    if (length > 0) FANFOLD_TRY(take(from, at, length));
    at += length;
    if (m_buffer.size() >= fill) FANFOLD_TRY(send_buffer());
  }
  return {};
}

Status RangeJoiner::add(const WrittenRange& range) {
  if (range.length < m_smallest_part) return fetch(range);
  while (!m_arriving.empty()) FANFOLD_TRY(take_arriving());
  return add_large(range);
}

Result<std::vector<PartReceipt>> RangeJoiner::finish() {
  while (!m_arriving.empty()) FANFOLD_TRY(take_arriving());
  if (!m_buffer.empty()) FANFOLD_TRY(send_buffer());
  FANFOLD_ASSIGN(std::vector<PartReceipt> parts, m_uploads.finish());
  std::move(m_copied.begin(), m_copied.end(), std::back_inserter(parts));
  return parts;
}

}  // namespace fanfold::s3
