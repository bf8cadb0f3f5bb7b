#include "orchestrator/run_directory/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/core/log.h"
#include "runtime/core/uuid.h"

namespace fanfold {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_lock_name = "lock";
constexpr std::string_view k_run_prefix = "run-";
constexpr mode_t k_private_mode = 0700;

std::vector<fs::path> candidate_bases() {
  std::vector<fs::path> bases;
  for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && fs::path(value).is_absolute()) bases.emplace_back(value);
  }
  bases.emplace_back("/tmp");
  return bases;
}

std::string run_name() {
  return fmt::format("{}{}-{:08x}", k_run_prefix, ::getpid(), random_u64() >> 32);
}

bool fits_socket_address(const fs::path& directory) {
  return directory.native().size() + 1 + k_max_socket_file_name_bytes < sizeof(sockaddr_un::sun_path);
}

// Blocks until the lock is ours.
Result<UniqueFd> lock_file(const fs::path& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return errno_error(errno, fmt::format("open '{}'", path.native()));
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno_error(errno, fmt::format("lock '{}'", path.native()));
  }
  return file;
}

// The folder that all runs of this user share. In /tmp anybody may have made it first: it is used only when
// it is ours and closed to others.
Result<fs::path> prepare_shared_folder(const fs::path& base) {
  const fs::path folder = base / fmt::format("fanfold-{}", ::geteuid());
  if (::mkdir(folder.c_str(), k_private_mode) != 0 && errno != EEXIST) {
    return errno_error(errno, fmt::format("make the folder '{}'", folder.native()));
  }
  const UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened) return errno_error(errno, fmt::format("open the folder '{}'", folder.native()));
  struct ::stat status {};
  if (::fstat(opened.get(), &status) != 0 || status.st_uid != ::geteuid()) {
    return make_error(
        ErrorKind::permission_denied,
        "the folder '{}' belongs to another user: remove it, or set TMPDIR to a folder of your own",
        folder.native());
  }
  if ((status.st_mode & 077) != 0 && ::fchmod(opened.get(), k_private_mode) != 0) {
    return errno_error(errno, fmt::format("close '{}' to other users", folder.native()));
  }
  return folder;
}

// A run that is alive holds its lock; the kernel dropped that of a run that was killed. REQUIRES: the shared
// lock, under which runs are born, so that one without a lock file is dead too.
bool is_dead(const fs::path& run) {
  const UniqueFd lock(::open((run / k_lock_name).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!lock) return errno == ENOENT;
  return ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
}

void sweep_dead_runs(const fs::path& shared) {
  std::vector<fs::path> dead;
  std::error_code error;
  for (fs::directory_iterator entry(shared, error), end; !error && entry != end; entry.increment(error)) {
    const bool is_run = entry->path().filename().native().starts_with(k_run_prefix);
    if (is_run && is_dead(entry->path())) dead.push_back(entry->path());
  }
  for (const fs::path& run : dead) {
    fs::remove_all(run, error);
    if (error) log::warning("cannot remove '{}', left by a run that was killed", run.native());
  }
}

struct LockedRun {
  fs::path path;
  UniqueFd lock;
};

Result<LockedRun> create_below(const fs::path& base) {
  if (!fits_socket_address(base / fmt::format("fanfold-{}", ::geteuid()) / run_name())) {
    return make_error(
        ErrorKind::invalid_argument,
        "the path '{}' is too long for the sockets that would lie below it: set TMPDIR to a shorter "
        "one",
        base.native());
  }
  FANFOLD_ASSIGN(const fs::path shared, prepare_shared_folder(base));
  FANFOLD_ASSIGN(const UniqueFd shared_lock, lock_file(shared / k_lock_name));
  sweep_dead_runs(shared);
  fs::path run = shared / run_name();
  if (::mkdir(run.c_str(), k_private_mode) != 0) {
    return errno_error(errno, fmt::format("make the folder '{}'", run.native()));
  }
  FANFOLD_ASSIGN(UniqueFd lock, lock_file(run / k_lock_name));
  return LockedRun{std::move(run), std::move(lock)};
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, UniqueFd lock) : m_path(std::move(path)), m_lock(std::move(lock)) {}

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : m_path(std::exchange(other.m_path, {})), m_lock(std::move(other.m_lock)) {}

RunDirectory& RunDirectory::operator=(RunDirectory&& other) noexcept {
  if (this != &other) {
    remove();
    m_path = std::exchange(other.m_path, {});
    m_lock = std::move(other.m_lock);
  }
  return *this;
}

RunDirectory::~RunDirectory() {
  remove();
}

void RunDirectory::remove() {
  if (m_path.empty()) return;
  std::error_code ignored;  // the next run sweeps what stays
  fs::remove_all(m_path, ignored);
  m_lock.reset();
}

Result<RunDirectory> RunDirectory::create() {
  const std::vector<fs::path> bases = candidate_bases();
  for (const fs::path& base : bases) {
    auto run = create_below(base);
    if (run) return RunDirectory(std::move(run->path), std::move(run->lock));
    if (&base == &bases.back()) return run.error();
    log::info("no private directory below '{}': {}", base.native(), run.error().message());
  }
  return make_error(ErrorKind::internal, "no place for a private directory was considered");
}

}  // namespace fanfold
