#include "orchestrator/cleaning/dead_scratch.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace fanfold {
namespace {

namespace fs = std::filesystem;
constexpr char k_lock[] = "lock";

// The folders first: what a visitor removes would disturb the walk.
Result<std::vector<fs::path>> folders_below(const fs::path& parent) {
  std::vector<fs::path> folders;
  std::error_code error;
  fs::directory_iterator walk(parent, error);
  if (error == std::errc::no_such_file_or_directory) return folders;
  while (!error && walk != fs::directory_iterator()) {
    std::error_code vanished;
    if (walk->symlink_status(vanished).type() == fs::file_type::directory) folders.push_back(walk->path());
    walk.increment(error);
  }
  if (error) return errno_error(error.value(), fmt::format("list the folder '{}'", parent.string()));
  return folders;
}

}  // namespace

Result<UniqueFd> lock_scratch(const fs::path& folder, int flags) {
  const fs::path path = folder / k_lock;
  UniqueFd fd(::open(path.c_str(), flags | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return errno_error(errno, fmt::format("open '{}'", path.string()));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return errno_error(errno, fmt::format("lock '{}'", path.string()));
  return fd;
}

Status visit_scratch(const fs::path& parent, const ScratchVisitor& visitor) {
  FANFOLD_ASSIGN(const std::vector<fs::path> folders, folders_below(parent));
  for (const fs::path& folder : folders) {
    const auto lock = lock_scratch(folder, 0);
    const bool is_dead = lock || lock.error().kind() == ErrorKind::not_found;
    const auto& visit = is_dead ? visitor.dead : visitor.alive;
    if (visit) FANFOLD_TRY(visit(folder));
  }
  return {};
}

}  // namespace fanfold
