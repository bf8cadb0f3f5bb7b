// Files as objects: opening what is a regular file and nothing else, reading at offsets, buffered writing.
// Used by the local store alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/byte_source.h"
#include "runtime/core/handle.h"
#include "runtime/core/result.h"
#include "runtime/storage/store.h"

namespace fanfold {

struct TrafficCounters {
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> bytes_written{0};
};

// Size, mtime and inode of a regular file. The errors name what else is there.
Result<ObjectInfo> stat_file(const std::string& path);

// Thread-safe. A file that shrank while it was open is an error of the read, never a short answer.
class LocalFileSource final : public ByteSource {
 public:
  static Result<std::unique_ptr<ByteSource>> open(const std::string& path,
                                                  const std::optional<std::string>& expected_identity,
                                                  std::shared_ptr<TrafficCounters> counters);
  std::uint64_t size_bytes() const override { return m_size_bytes; }
  const std::string& name() const override { return m_path; }
  Status read_at(std::uint64_t offset, MutableBytes into) const override;

 private:
  LocalFileSource(UniqueFd file, std::string path, std::uint64_t size_bytes,
                  std::shared_ptr<TrafficCounters> counters);

  UniqueFd m_file;
  std::string m_path;
  std::uint64_t m_size_bytes;
  std::shared_ptr<TrafficCounters> m_counters;
};

// Consecutive bytes into a file from an offset on, through a buffer. Not thread-safe. An error stays: what
// follows it fails as well.
class FileWriter {
 public:
  // `buffer_bytes` is the most that is held back.
  FileWriter(UniqueFd file, std::string path, std::uint64_t offset, std::uint64_t buffer_bytes,
             std::shared_ptr<TrafficCounters> counters);
  Status write(Bytes bytes);
  Status flush();
  std::uint64_t bytes_written() const { return m_bytes_written; }
  int fd() const { return m_file.get(); }
  void close() { m_file.reset(); }

 private:
  Status put(Bytes bytes);

  UniqueFd m_file;
  std::string m_path;
  std::uint64_t m_offset;  // where the buffer's first byte goes
  std::size_t m_buffer_bytes;
  std::vector<std::byte> m_buffer;
  std::uint64_t m_bytes_written = 0;
  Status m_status;
  std::shared_ptr<TrafficCounters> m_counters;
};

// What a failed write, reservation or creation of `needed` bytes at `path` means; a full disk says what is
// free.
Error write_error(int error_number, const std::string& path, std::uint64_t needed);

// Names of files that become an object only when they are whole: ".fanfold-0123456789abcdef.tmp".
std::string temporary_file_name();
bool is_temporary_file_name(std::string_view name);

Status make_folders(const std::string& folder);
// The folder of a path: "." where it has none.
std::string folder_of(const std::string& path);
Status flush_to_device(int fd, const std::string& path);
Status flush_folder_to_device(const std::string& folder);
Status rename_file(const std::string& from, const std::string& to);
// The same; invalid_argument where `to` is there already.
Status rename_new_file(const std::string& from, const std::string& to);

}  // namespace fanfold
