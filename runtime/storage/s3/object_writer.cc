#include "runtime/storage/s3/object_writer.h"

#include <algorithm>

#include "runtime/core/log.h"

namespace fanfold::s3 {

S3ObjectWriter::~S3ObjectWriter() {
  if (m_is_committed || !m_uploads) return;
  const std::string upload_id = m_uploads->upload_id();
  m_uploads.reset();  // a part that arrives after the abort would stay
  if (const Status aborted = abort_upload(m_client, m_object, upload_id); !aborted) {
    log::warning("{}; 'fanfold clean' finds what was left behind", aborted.error().message());
  }
}

Status S3ObjectWriter::send_part() {
  if (!m_uploads) {
    FANFOLD_ASSIGN(std::string upload_id, create_upload(m_client, m_object, m_once));
    m_uploads.emplace(m_client, m_object, std::move(upload_id), m_options.checksum);
  }
  return m_uploads->add(m_next_part++, std::exchange(m_buffer, {}));
}

Status S3ObjectWriter::write(Bytes bytes) {
  if (m_written + bytes.size() > k_max_parts * m_options.part_bytes) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' grows beyond the {} parts of {} bytes that an upload may have", m_object.name(),
                      k_max_parts, m_options.part_bytes);
  }
  m_written += bytes.size();
  while (!bytes.empty()) {
    // Only when more comes: the last part may be of any size, and one that is the only one is no part at all.
    if (m_buffer.size() == m_options.part_bytes) FANFOLD_TRY(send_part());
    // What has begun to be parts will go on to be: growing would copy every part once more.
    if (m_uploads) m_buffer.reserve(m_options.part_bytes);
    const std::size_t taken = std::min<std::size_t>(bytes.size(), m_options.part_bytes - m_buffer.size());
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
  }
  return {};
}

Status S3ObjectWriter::commit() {
  FANFOLD_ASSERT(!m_is_committed);
  if (!m_uploads && m_once) {
    FANFOLD_TRY(put_new_object(m_client, m_object, m_buffer, m_options.checksum, *m_once));
  } else if (!m_uploads) {
    FANFOLD_TRY(put_object(m_client, m_object, m_buffer, m_options.checksum));
  } else {
    FANFOLD_TRY(send_part());
    FANFOLD_ASSIGN(const auto parts, m_uploads->finish());
    FANFOLD_TRY(complete_upload(m_client, m_object, m_uploads->upload_id(), parts, m_once));
  }
  m_is_committed = true;
  return {};
}

}  // namespace fanfold::s3
