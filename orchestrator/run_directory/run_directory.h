// The private directory of one run: sockets, the private Redis, logs. Never results.
#pragma once

#include <filesystem>
#include <string_view>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold {

// `BASE/fanfold-<uid>/run-<pid>-<random>`, mode 0700, BASE being $XDG_RUNTIME_DIR, $TMPDIR or /tmp: the first
// that can be used and is short enough for Unix sockets. A lock that is held as long as the object lives
// tells a run that is alive from one that was killed; create() removes the directories of dead ones. Movable,
// not copyable; the destructor removes the directory and all in it.
class RunDirectory {
 public:
  static Result<RunDirectory> create();
  RunDirectory(RunDirectory&& other) noexcept;
  RunDirectory& operator=(RunDirectory&& other) noexcept;
  ~RunDirectory();

  const std::filesystem::path& path() const { return m_path; }

 private:
  RunDirectory(std::filesystem::path path, UniqueFd lock);
  void remove();

  std::filesystem::path m_path;  // empty: moved from
  UniqueFd m_lock;
};

// Names of files in a run directory may have this length for their path to fit into a socket address.
inline constexpr std::size_t k_max_socket_file_name_bytes = 32;

}  // namespace fanfold
