#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "orchestrator/checking/checks.h"
#include "runtime/core/handle.h"
#include "runtime/core/units.h"
#include "runtime/storage/local_file.h"
#include "runtime/storage/local_store.h"

namespace fanfold::checking {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_little_space = 1_GiB;

Status try_reading(const std::string& path) {
  const auto store = make_local_store();
  FANFOLD_ASSIGN(const auto source, store->open(Uri::local(path)));
  std::array<std::byte, 1> first{};
  return source->size_bytes() == 0 ? Status{} : source->read_at(0, first);
}

// The folder itself, or the nearest one above it that is there.
fs::path nearest_existing(const fs::path& folder) {
  std::error_code error;
  fs::path path = fs::absolute(folder, error).lexically_normal();
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

// Permissions alone tell too little: file systems are mounted read-only, and are full.
Status try_writing(const fs::path& folder) {
  const std::string path = (folder / temporary_file_name()).string();
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return errno_error(errno, fmt::format("create a file in '{}'", folder.string()));
  const std::string content(4'096, 'x');
  const bool is_written =
      ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(file.get()) == 0;
  const int why = errno;
  ::unlink(path.c_str());
  return is_written ? Status{} : Status(errno_error(why, fmt::format("write to '{}'", path)));
}

void check_output_folder(const std::string& path, Findings& findings) {
  const std::string what = fmt::format("write to '{}'", path);
  const fs::path there = nearest_existing(path);
  std::error_code error;
  if (!fs::is_directory(there, error)) {
    return findings.fail(
        what, make_error(ErrorKind::invalid_argument,
                         "'{}' is not a folder; name another folder for the outputs", there.string()));
  }
  if (const Status written = try_writing(there); !written) return findings.fail(what, written.error());
  const auto space = fs::space(there, error);
  if (error) return findings.fail(what, errno_error(error.value(), fmt::format("look at '{}'", path)));
  const bool exists = fs::exists(path, error);
  const std::string detail = fmt::format(
      "{}, {} free", exists ? "a file was written" : fmt::format("it can be made in '{}'", there.string()),
      size_text(space.available));
  if (space.available >= k_little_space) return findings.ok(what, detail);
  findings.note(what, detail + ": that is little for images");
}

}  // namespace

void check_local_path(const std::string& path, Findings& findings) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return check_output_folder(path, findings);
  const std::string what = fmt::format("read '{}'", path);
  if (const Status read = try_reading(path); !read) return findings.fail(what, read.error());
  findings.ok(what, size_text(fs::file_size(path, error)));
}

}  // namespace fanfold::checking
