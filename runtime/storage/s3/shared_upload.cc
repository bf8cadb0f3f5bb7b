#include "runtime/storage/s3/shared_upload.h"

#include <algorithm>

#include "runtime/storage/range_coverage.h"
#include "runtime/storage/s3/range_joiner.h"

namespace fanfold::s3 {
namespace {

constexpr std::uint64_t k_usual_part_bytes = std::uint64_t{8} << 20;
constexpr std::string_view k_parts = "parts ";
constexpr std::string_view k_joined = "joined ";

Object target_of(const SharedObject& object) {
  return {object.target.bucket, object.target.path};
}

// A range whose bytes become parts of the target itself.
class PartRangeWriter final : public RangeWriter {
 public:
  PartRangeWriter(Client& client, const SharedObject& object, std::string upload_id, std::uint64_t offset,
                  std::uint64_t length, SendChecksum checksum)
      : m_name(object.target.name()),
        m_grid(object.size_bytes),
        m_lengths(m_grid.split(length)),
        m_offset(offset),
        m_left(length),
        m_uploads(client, target_of(object), std::move(upload_id), checksum) {}

  using ByteSink::write;
  Status write(Bytes bytes) override {
    if (bytes.size() > m_left) {
      return make_error(ErrorKind::internal, "more was written to '{}' than the range has", m_name);
    }
    m_left -= bytes.size();
    while (!bytes.empty()) {
      const std::uint64_t whole = m_lengths[m_next];
      const std::size_t taken = std::min<std::size_t>(bytes.size(), whole - m_buffer.size());
      if (m_buffer.empty()) m_buffer.reserve(whole);
      m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      bytes = bytes.subspan(taken);
      if (m_buffer.size() == whole) FANFOLD_TRY(send_part());
    }
    return {};
  }

  Result<std::vector<PartReceipt>> finish() override {
    if (m_left != 0) {
      return make_error(ErrorKind::internal, "{} bytes of a range of '{}' were not written", m_left, m_name);
    }
    return m_uploads.finish();
  }

 private:
  Status send_part() {
    const std::uint32_t number = m_grid.number_at(m_offset);
    m_offset += m_lengths[m_next++];
    return m_uploads.add(number, std::exchange(m_buffer, {}));
  }

  const std::string m_name;
  const PartGrid m_grid;
  const std::vector<std::uint64_t> m_lengths;
  std::size_t m_next = 0;  // part
  std::uint64_t m_offset;  // of the next part
  std::uint64_t m_left;
  std::vector<std::byte> m_buffer;
  PartUploads m_uploads;
};

// A range that is an object of its own for now.
class ScratchRangeWriter final : public RangeWriter {
 public:
  ScratchRangeWriter(Client& client, const SharedObject& object, Object scratch, std::uint64_t offset,
                     std::uint64_t length, WriterOptions options)
      : m_name(object.target.name()),
        m_offset(offset),
        m_length(length),
        m_writer(client, std::move(scratch), options) {}

  using ByteSink::write;
  Status write(Bytes bytes) override {
    if (!range_within(m_writer.bytes_written(), bytes.size(), m_length)) {
      return make_error(ErrorKind::internal, "more was written to '{}' than the range has", m_name);
    }
    return m_writer.write(bytes);
  }
  Result<std::vector<PartReceipt>> finish() override {
    if (m_writer.bytes_written() != m_length) {
      return make_error(ErrorKind::internal, "{} bytes of a range of '{}' were not written",
                        m_length - m_writer.bytes_written(), m_name);
    }
    if (m_length == 0) return std::vector<PartReceipt>{};
    FANFOLD_TRY(m_writer.commit());
    return std::vector<PartReceipt>{receipt_of_range(m_offset, m_length)};
  }

 private:
  const std::string m_name;
  const std::uint64_t m_offset, m_length;
  S3ObjectWriter m_writer;
};

// The server's list against what the calls have committed: a part that somebody overwrote or that got lost
// shows here, and not in a result that is wrong.
Status compare_with_list(Client& client, const Object& target, const std::string& upload_id,
                         const std::vector<PartReceipt>& parts) {
  FANFOLD_ASSIGN(const std::vector<ListedPart> listed, list_parts(client, target, upload_id));
  const auto differs = [&](std::uint32_t part, std::string_view how) {
    return make_error(ErrorKind::corrupt_data, "part {} of the upload of '{}' {}", part, target.name(), how);
  };
  for (const PartReceipt& part : parts) {
    const auto found = std::ranges::find(listed, part.part, &ListedPart::part);
    if (found == listed.end()) return differs(part.part, "is not there any more");
    if (found->size_bytes != part.bytes || found->etag != part.etag) {
      return differs(part.part, "is not the one that its call has written");
    }
  }
  return {};
}

Status check_parts(std::vector<PartReceipt>& parts, const SharedObject& object) {
  std::ranges::sort(parts, {}, &PartReceipt::part);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].part == 0 || (i > 0 && parts[i].part == parts[i - 1].part)) {
      return make_error(ErrorKind::corrupt_data, "two calls have written part {} of '{}'", parts[i].part,
                        object.target.name());
    }
    sum += parts[i].bytes;
  }
  if (sum == object.size_bytes) return {};
  return make_error(ErrorKind::corrupt_data, "the calls have written {} bytes of '{}', which has {}", sum,
                    object.target.name(), object.size_bytes);
}

}  // namespace

PartGrid::PartGrid(std::uint64_t object_bytes)
    : m_unit(std::max(k_min_part_bytes, (object_bytes + k_max_parts - 2) / (k_max_parts - 1))) {}

std::vector<std::uint64_t> PartGrid::split(std::uint64_t length) const {
  if (length == 0) return {};
  const std::uint64_t count = std::max<std::uint64_t>(length / std::max(m_unit, k_usual_part_bytes), 1);
  std::vector<std::uint64_t> lengths(static_cast<std::size_t>(count), length / count);
  lengths.back() += length % count;
  return lengths;
}

std::string SharedUpload::to_text() const {
  if (!joined) return fmt::format("{}{}", k_parts, upload_id);
  return fmt::format("{}{} {}", k_joined, upload_id, scratch_prefix);
}

Result<SharedUpload> SharedUpload::parse(std::string_view text) {
  SharedUpload upload;
  upload.joined = text.starts_with(k_joined);
  const std::string_view rest =
      text.substr(std::min(upload.joined ? k_joined.size() : k_parts.size(), text.size()));
  const auto space = rest.find(' ');
  upload.upload_id = rest.substr(0, space);
  if (upload.joined && space != std::string_view::npos) upload.scratch_prefix = rest.substr(space + 1);
  const bool is_one = upload.joined ? !upload.scratch_prefix.empty() : text.starts_with(k_parts);
  if (is_one && !upload.upload_id.empty()) return upload;
  return make_error(ErrorKind::corrupt_data, "'{:.80}' describes no upload", text);
}

std::string SharedUpload::range_key(std::uint64_t offset) const {
  return fmt::format("{}/{:020}", scratch_prefix, offset);
}

Result<SharedObject> create_shared_upload(Client& client, const Uri& target, const Uri& scratch,
                                          SharedLayout layout) {
  SharedUpload upload;
  const bool is_one_range = layout.smallest_range == layout.size_bytes;
  upload.joined = !is_one_range && layout.smallest_range < PartGrid(layout.size_bytes).unit();
  if (upload.joined) upload.scratch_prefix = scratch.path;
  FANFOLD_ASSIGN(upload.upload_id, create_upload(client, {target.bucket, target.path}));
  return SharedObject{target, upload.to_text(), layout.size_bytes};
}

Result<std::unique_ptr<RangeWriter>> open_shared_range(Client& client, const SharedObject& object,
                                                       std::uint64_t offset, std::uint64_t length,
                                                       SendChecksum checksum) {
  FANFOLD_ASSIGN(SharedUpload upload, SharedUpload::parse(object.upload));
  if (!range_within(offset, length, object.size_bytes)) {
    return make_error(ErrorKind::internal, "'{}' has {} bytes: there is no range of {} bytes at {}",
                      object.target.name(), object.size_bytes, length, offset);
  }
  std::unique_ptr<RangeWriter> writer;
  if (upload.joined) {
    writer = std::make_unique<ScratchRangeWriter>(client, object,
                                                  Object{object.target.bucket, upload.range_key(offset)},
                                                  offset, length, WriterOptions{.checksum = checksum});
  } else {
    writer = std::make_unique<PartRangeWriter>(client, object, std::move(upload.upload_id), offset, length,
                                               checksum);
  }
  return writer;
}

Status complete_shared_upload(Client& client, const SharedObject& object,
                              const std::vector<PartReceipt>& receipts, SendChecksum checksum) {
  FANFOLD_ASSIGN(const SharedUpload upload, SharedUpload::parse(object.upload));
  const Object target = target_of(object);
  std::vector<PartReceipt> parts = receipts;
  if (upload.joined) {
    FANFOLD_ASSIGN(const auto ranges, covering_ranges(receipts, object.size_bytes, object.target.name()));
    RangeJoiner joiner(client, target, upload, PartGrid(object.size_bytes).unit(), checksum);
    for (const WrittenRange& range : ranges) FANFOLD_TRY(joiner.add(range));
    FANFOLD_ASSIGN(parts, joiner.finish());
  }
  FANFOLD_TRY(check_parts(parts, object));
  FANFOLD_TRY(compare_with_list(client, target, upload.upload_id, parts));
  return complete_upload(client, target, upload.upload_id, parts);
}

Status abort_shared_upload(Client& client, const SharedObject& object) {
  if (object.upload.empty()) return {};
  FANFOLD_ASSIGN(const SharedUpload upload, SharedUpload::parse(object.upload));
  return abort_upload(client, target_of(object), upload.upload_id);
}

}  // namespace fanfold::s3
