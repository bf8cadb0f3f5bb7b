#include "orchestrator/checking/output_trial.h"

#include <algorithm>

#include "runtime/core/uuid.h"

namespace fanfold::checking {
namespace {

constexpr std::size_t k_content_bytes = 4'096;
constexpr std::uint64_t k_range_first = 1'000;
constexpr std::uint64_t k_range_bytes = 500;

// Bytes that nobody else would send: what comes back must be these.
std::string random_content() {
  std::string content(k_content_bytes, '\0');
  fill_random(std::as_writable_bytes(std::span(content)));
  return content;
}

s3::Object trial_object(const Uri& folder, const std::string& name) {
  return {folder.bucket, folder.path + name};
}

Error not_as_written(const s3::Object& object, std::string_view found) {
  return make_error(ErrorKind::corrupt_data,
                    "'{}' {}; the server or something before it does not keep objects as "
                    "they are written",
                    object.name(), found);
}

}  // namespace

OutputTrial::OutputTrial(s3::Access& access, Uri folder, Findings& findings)
    : m_access(access),
      m_folder(std::move(folder)),
      m_findings(findings),
      m_content(random_content()),
      m_object(trial_object(m_folder, fmt::format(".fanfold/check-{:016x}/object", random_u64()))),
      m_parts{m_object.bucket, m_object.key + "-in-parts"} {}

void OutputTrial::run() {
  const auto go_on = [this](bool passed) { return passed && !m_findings.must_end(); };
  if (go_on(write()) && go_on(read()) && go_on(upload_in_parts()) && go_on(abort_upload())) list_uploads();
  clean_up();
}

std::string OutputTrial::what(std::string_view deed) const {
  return fmt::format("{} '{}'", deed, m_folder.name());
}

s3::SendChecksum OutputTrial::checksum() const {
  return m_access.settings().send_checksums ? s3::SendChecksum::crc32 : s3::SendChecksum::no;
}

bool OutputTrial::write() {
  const auto written = s3::put_object(m_access.client(), m_object, as_byte_span(m_content), checksum());
  // An answer that got lost leaves it open whether the object is there.
  if (written || written.error().is_retryable()) m_written.push_back(m_object);
  if (!written) {
    m_findings.fail(what("write to"), written.error());
    m_findings.skip(what("read from"), "nothing could be written");
    m_findings.skip(what("upload in parts to"), "nothing could be written");
    return false;
  }
  m_findings.ok(what("write to"), fmt::format("an object of {} bytes", m_content.size()));
  return true;
}

Status OutputTrial::try_reading() const {
  const Uri uri{UriScheme::s3, m_object.bucket, m_object.key};
  FANFOLD_ASSIGN(const std::string whole, m_access.store().read_all(uri, k_content_bytes));
  if (whole != m_content) return not_as_written(m_object, "reads differently");
  FANFOLD_ASSIGN(const auto source, m_access.store().open(uri));
  std::string range(k_range_bytes, '\0');
  FANFOLD_TRY(source->read_at(k_range_first, std::as_writable_bytes(std::span(range))));
  if (range != m_content.substr(k_range_first, k_range_bytes)) {
    return not_as_written(m_object, "reads differently in a range");
  }
  return {};
}

bool OutputTrial::read() {
  const Status read = try_reading();
  if (!read) {
    m_findings.fail(what("read from"), read.error());
  } else {
    m_findings.ok(what("read from"), "the object whole, and a range of it on condition of its ETag");
  }
  return read.has_value();
}

Result<std::string> OutputTrial::begin_upload(const s3::Object& object) {
  FANFOLD_ASSIGN(std::string id, s3::create_upload(m_access.client(), object));
  m_uploads.emplace_back(object, id);
  return id;
}

Status OutputTrial::try_upload() {
  s3::Client& client = m_access.client();
  FANFOLD_ASSIGN(const std::string id, begin_upload(m_parts));
  FANFOLD_ASSIGN(const HttpOutcome sent,
                 client.send(s3::upload_part_request(m_parts, id, 1, as_byte_span(m_content), checksum())));
  FANFOLD_ASSIGN(const auto listed, s3::list_parts(client, m_parts, id));
  if (listed.size() != 1 || listed[0].part != 1 || listed[0].size_bytes != m_content.size()) {
    return not_as_written(m_parts, "does not list the part that was sent");
  }
  const std::vector<PartReceipt> parts{{1, s3::Client::etag_of(sent), m_content.size()}};
  m_written.push_back(m_parts);
  FANFOLD_TRY(s3::complete_upload(client, m_parts, id, parts));
  m_uploads.clear();
  FANFOLD_ASSIGN(const std::string whole, s3::get_object(client, m_parts, k_content_bytes));
  return whole == m_content ? Status{} : Status(not_as_written(m_parts, "reads differently"));
}

bool OutputTrial::upload_in_parts() {
  const Status uploaded = try_upload();
  if (!uploaded) {
    m_findings.fail(what("upload in parts to"), uploaded.error());
  } else {
    m_findings.ok(what("upload in parts to"), "begun, a part sent and listed, completed, read");
  }
  return uploaded.has_value();
}

Status OutputTrial::try_abort() {
  FANFOLD_ASSIGN(const std::string id, begin_upload(m_parts));
  FANFOLD_TRY(s3::abort_upload(m_access.client(), m_parts, id));
  m_uploads.clear();
  const auto gone = s3::list_parts(m_access.client(), m_parts, id);
  if (gone) return not_as_written(m_parts, "still has the upload that was aborted");
  return gone.error().kind() == ErrorKind::not_found ? Status{} : Status(gone.error());
}

bool OutputTrial::abort_upload() {
  const Status aborted = try_abort();
  if (!aborted) {
    m_findings.fail(what("abort an upload to"), aborted.error());
  } else {
    m_findings.ok(what("abort an upload to"), "it is gone");
  }
  return aborted.has_value();
}

// A job does not need it.
void OutputTrial::list_uploads() {
  const auto listed = s3::list_uploads_below(m_access.client(), m_folder.bucket, m_folder.path);
  if (!listed) {
    return m_findings.note(what("list uploads to"),
                           listed.error().message() + "; 'fanfold clean' needs it, a job does not");
  }
  m_findings.ok(
      what("list uploads to"),
      listed->empty()
          ? "none is unfinished"
          : fmt::format("{} unfinished; 'fanfold clean' aborts those left by killed jobs", listed->size()));
}

void OutputTrial::clean_up() {
  if (m_written.empty() && m_uploads.empty()) {
    return m_findings.skip(what("delete from"), "nothing could be written");
  }
  s3::Client& client = m_access.client();
  Status failed;
  const auto remember = [&failed](const Status& status) {
    if (!status && failed) failed = status;
  };
  for (const auto& [object, id] : m_uploads) remember(s3::abort_upload(client, object, id));
  for (const s3::Object& object : m_written) {
    remember(s3::delete_object(client, object));
    const auto head = s3::head_object(client, object);
    if (head && failed) failed = not_as_written(object, "is still there after its deletion");
  }
  if (!failed) {
    return m_findings.fail(what("delete from"),
                           make_error(failed.error().kind(), "{}; what the check wrote may remain below '{}'",
                                      failed.error().message(), m_object.name()));
  }
  m_findings.ok(what("delete from"), "nothing of this check is left");
}

}  // namespace fanfold::checking
