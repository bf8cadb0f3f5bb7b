#include "orchestrator/sample/output_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "runtime/core/uuid.h"

namespace fanfold::sample {

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error)
    return errno_error(error.value(), fmt::format("create the folder '{}'", path.parent_path().string()));
  std::filesystem::path temporary = path;
  temporary += fmt::format(".{:016x}.part", random_u64());
  UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) return errno_error(errno, fmt::format("create '{}'", temporary.string()));
  return OutputFile(path, std::move(temporary), std::move(fd));
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : m_path(std::move(other.m_path)),
      m_temporary(std::exchange(other.m_temporary, {})),
      m_fd(std::move(other.m_fd)),
      m_size(other.m_size) {}

OutputFile::~OutputFile() {
  if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

Status OutputFile::write_at(std::uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(m_fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno_error(errno, fmt::format("write '{}'", m_temporary.string()));
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

Status OutputFile::write(Bytes bytes) {
  FANFOLD_TRY(write_at(m_size, bytes));
  m_size += bytes.size();
  return {};
}

Status OutputFile::patch(std::uint64_t offset, std::string_view text) {
  FANFOLD_ASSERT(range_within(offset, text.size(), m_size));
  return write_at(offset, as_byte_span(text));
}

Status OutputFile::commit() {
  // Delayed write errors surface here, before the file gets its name.
  if (::close(m_fd.release()) != 0)
    return errno_error(errno, fmt::format("close '{}'", m_temporary.string()));
  if (::rename(m_temporary.c_str(), m_path.c_str()) != 0) {
    return errno_error(errno, fmt::format("rename '{}' to '{}'", m_temporary.string(), m_path.string()));
  }
  m_temporary.clear();
  return {};
}

}  // namespace fanfold::sample
