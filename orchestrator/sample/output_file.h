// A file that appears under its name only when it is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "runtime/core/byte_sink.h"
#include "runtime/core/handle.h"

namespace fanfold::sample {

// Written under a temporary name in the same folder; the destructor removes what was not committed. Not
// thread-safe.
class OutputFile final : public ByteSink {
 public:
  static Result<OutputFile> create(const std::filesystem::path& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile() override;

  using ByteSink::write;
  Status write(Bytes bytes) override;
  // Overwrites bytes that were written before.
  Status patch(std::uint64_t offset, std::string_view text);
  std::uint64_t size_bytes() const { return m_size; }
  // Renames, replacing what has the name. Nothing may be written afterwards.
  Status commit();

 private:
  OutputFile(std::filesystem::path path, std::filesystem::path temporary, UniqueFd fd)
      : m_path(std::move(path)), m_temporary(std::move(temporary)), m_fd(std::move(fd)) {}
  Status write_at(std::uint64_t offset, Bytes bytes);

  std::filesystem::path m_path;
  std::filesystem::path m_temporary;  // empty once committed or moved from
  UniqueFd m_fd;
  std::uint64_t m_size = 0;
};

}  // namespace fanfold::sample
