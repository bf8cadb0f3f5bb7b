#include "runtime/storage/local_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

constexpr std::string_view k_temporary_prefix = ".fanfold-";
constexpr std::string_view k_temporary_suffix = ".tmp";
constexpr std::size_t k_temporary_digits = 16;

std::string_view what_it_is(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

Error not_a_file(const std::string& path, mode_t mode) {
  return make_error(ErrorKind::invalid_argument, "'{}' is {}, not a file: name the file itself", path,
                    what_it_is(mode));
}

Error empty_path() {
  return make_error(ErrorKind::invalid_argument, "the path of a file is empty");
}

ObjectInfo info_of(const struct ::stat& status) {
  return {static_cast<std::uint64_t>(status.st_size),
          fmt::format("size={},mtime={}.{:09},inode={}", status.st_size, status.st_mtim.tv_sec,
                      status.st_mtim.tv_nsec, status.st_ino)};
}

}  // namespace

Result<ObjectInfo> stat_file(const std::string& path) {
  if (path.empty()) return empty_path();
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno_error(errno, fmt::format("open '{}'", path));
  if (!S_ISREG(status.st_mode)) return not_a_file(path, status.st_mode);
  return info_of(status);
}

LocalFileSource::LocalFileSource(UniqueFd file, std::string path, std::uint64_t size_bytes,
                                 std::shared_ptr<TrafficCounters> counters)
    : m_file(std::move(file)),
      m_path(std::move(path)),
      m_size_bytes(size_bytes),
      m_counters(std::move(counters)) {}

Result<std::unique_ptr<ByteSource>> LocalFileSource::open(const std::string& path,
                                                          const std::optional<std::string>& expected_identity,
                                                          std::shared_ptr<TrafficCounters> counters) {
  // Opening a device can do something: what it is comes first. The second look is at what was opened.
  FANFOLD_TRY(stat_file(path));
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return errno_error(errno, fmt::format("open '{}'", path));
  struct ::stat status {};
  if (::fstat(file.get(), &status) != 0) return errno_error(errno, fmt::format("open '{}'", path));
  if (!S_ISREG(status.st_mode)) return not_a_file(path, status.st_mode);
  const ObjectInfo info = info_of(status);
  if (expected_identity && *expected_identity != info.identity) {
    return make_error(
        ErrorKind::corrupt_data,
        "'{}' was changed or replaced since the job first looked at it (then {}, now {}): run the job "
        "again on a file that stays as it is",
        path, *expected_identity, info.identity);
  }
  return std::unique_ptr<ByteSource>(
      new LocalFileSource(std::move(file), path, info.size_bytes, std::move(counters)));
}

Status LocalFileSource::read_at(std::uint64_t offset, MutableBytes into) const {
  if (!range_within(offset, into.size(), m_size_bytes)) {
    return make_error(ErrorKind::corrupt_data, "'{}' ends at byte {}, {} bytes were expected at {}", m_path,
                      m_size_bytes, into.size(), offset);
  }
  std::size_t done = 0;
  while (done < into.size()) {
    const auto left = into.subspan(done);
    const ssize_t got = ::pread(m_file.get(), left.data(), left.size(), static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(errno, fmt::format("read '{}' at byte {}", m_path, offset + done));
    if (got == 0) {
      return make_error(ErrorKind::corrupt_data,
                        "'{}' was cut off at byte {} while it was read; it had {} bytes when it was opened",
                        m_path, offset + done, m_size_bytes);
    }
    done += static_cast<std::size_t>(got);
  }
  m_counters->bytes_read.fetch_add(into.size(), std::memory_order_relaxed);
  return {};
}

FileWriter::FileWriter(UniqueFd file, std::string path, std::uint64_t offset, std::uint64_t buffer_bytes,
                       std::shared_ptr<TrafficCounters> counters)
    : m_file(std::move(file)),
      m_path(std::move(path)),
      m_offset(offset),
      m_buffer_bytes(static_cast<std::size_t>(buffer_bytes)),
      m_counters(std::move(counters)) {}

Status FileWriter::write(Bytes bytes) {
  FANFOLD_TRY(m_status);
  if (m_buffer.size() + bytes.size() > m_buffer_bytes) FANFOLD_TRY(flush());
  if (bytes.size() >= m_buffer_bytes) {
    FANFOLD_TRY(put(bytes));
  } else {
    m_buffer.reserve(m_buffer_bytes);
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
  }
  m_bytes_written += bytes.size();
  return {};
}

Status FileWriter::flush() {
  FANFOLD_TRY(m_status);
  FANFOLD_TRY(put(m_buffer));
  m_buffer.clear();
  return {};
}

Status FileWriter::put(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(m_file.get(), bytes.data(), bytes.size(), static_cast<off_t>(m_offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return m_status = write_error(errno, m_path, bytes.size());
    m_offset += static_cast<std::uint64_t>(put);
    m_counters->bytes_written.fetch_add(static_cast<std::uint64_t>(put), std::memory_order_relaxed);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Error write_error(int error_number, const std::string& path, std::uint64_t needed) {
  if (error_number == ENOSPC) {
    struct ::statvfs space {};
    const bool known = ::statvfs(folder_of(path).c_str(), &space) == 0;
    return make_error(
        ErrorKind::invalid_argument,
        "the disk is full: '{}' needs {} more bytes, {} are free there; free some space or choose "
        "another place",
        path, needed, known ? std::to_string(space.f_bavail * space.f_frsize) : "too few");
  }
  if (error_number == EFBIG) {
    return make_error(
        ErrorKind::invalid_argument,
        "'{}' needs {} more bytes, which is more than a file may have here; raise the limit (ulimit "
        "-f) or choose another file system",
        path, needed);
  }
  return errno_error(error_number, fmt::format("write '{}'", path));
}

std::string folder_of(const std::string& path) {
  return Uri::local(path).parent().path;
}

std::string temporary_file_name() {
  return fmt::format("{}{:016x}{}", k_temporary_prefix, random_u64(), k_temporary_suffix);
}

bool is_temporary_file_name(std::string_view name) {
  if (!name.starts_with(k_temporary_prefix) || !name.ends_with(k_temporary_suffix)) return false;
  if (name.size() != k_temporary_prefix.size() + k_temporary_digits + k_temporary_suffix.size()) return false;
  const std::string_view digits = name.substr(k_temporary_prefix.size(), k_temporary_digits);
  return digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status make_folders(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  if (error.value() == ENOTDIR || error.value() == EEXIST) {
    return make_error(ErrorKind::invalid_argument,
                      "cannot make the folder '{}': a file of that name is in the way; choose another place",
                      folder);
  }
  return errno_error(error.value(), fmt::format("make the folder '{}'", folder));
}

Status flush_to_device(int fd, const std::string& path) {
  if (::fsync(fd) == 0) return {};
  return write_error(errno, path, 0);
}

Status flush_folder_to_device(const std::string& folder) {
  const UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return errno_error(errno, fmt::format("open the folder '{}'", folder));
  return flush_to_device(opened.get(), folder);
}

Status rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  if (errno == EISDIR) {
    return make_error(ErrorKind::invalid_argument, "cannot write '{}': a folder of that name is in the way",
                      to);
  }
  if (errno == EXDEV) {
    return make_error(
        ErrorKind::invalid_argument,
        "cannot move '{}' to '{}': they lie on two file systems; put scratch on that of the output", from,
        to);
  }
  return errno_error(errno, fmt::format("move '{}' to '{}'", from, to));
}

Status rename_new_file(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) {
    return make_error(ErrorKind::invalid_argument, "'{}' was written by somebody else meanwhile", to);
  }
  // Not every file system knows the condition.
  if (errno != EINVAL && errno != ENOSYS)
    return errno_error(errno, fmt::format("move '{}' to '{}'", from, to));
  if (::access(to.c_str(), F_OK) == 0) {
    return make_error(ErrorKind::invalid_argument, "'{}' was written by somebody else meanwhile", to);
  }
  return rename_file(from, to);
}

}  // namespace fanfold
