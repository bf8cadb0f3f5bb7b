#include "orchestrator/engine/scratch.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "runtime/core/log.h"

namespace fanfold {
namespace {

constexpr char k_folder[] = ".fanfold";
constexpr char k_lock[] = "lock";

Result<UniqueFd> lock_file(const std::filesystem::path& folder, int flags) {
  const std::filesystem::path path = folder / k_lock;
  UniqueFd fd(::open(path.c_str(), flags | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) return errno_error(errno, fmt::format("open '{}'", path.string()));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return errno_error(errno, fmt::format("lock '{}'", path.string()));
  return fd;
}

// A scratch folder whose lock is free belongs to a job that was killed.
void remove_dead(StoreRegistry& stores, const std::filesystem::path& parent) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    const auto lock = lock_file(entry.path(), 0);
    if (!lock && lock.error().kind() != ErrorKind::not_found) continue;
    log::info("removing '{}', left by a run that was killed", entry.path().string());
    const Uri uri = Uri::local(entry.path().string());
    if (const auto store = stores.store_for(uri)) {
      if (const Status removed = (*store)->remove_tree(uri); !removed)
        log::warning("{}", removed.error().message());
    }
  }
}

}  // namespace

Result<Scratch> Scratch::create(StoreRegistry& stores, const std::string& output, const std::string& job_id) {
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(output));
  const Uri parent = folder.join(k_folder);
  if (folder.is_local()) remove_dead(stores, parent.path);
  Scratch scratch(stores, parent.join(job_id).name());
  if (!folder.is_local()) return scratch;
  const std::filesystem::path path = parent.join(job_id).path;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return errno_error(error.value(), fmt::format("create the folder '{}'", path.string()));
  FANFOLD_ASSIGN(scratch.m_lock, lock_file(path, O_CREAT));
  return scratch;
}

Scratch::Scratch(Scratch&& other) noexcept
    : m_stores(other.m_stores), m_uri(std::exchange(other.m_uri, {})), m_lock(std::move(other.m_lock)) {}

Scratch::~Scratch() {
  if (m_uri.empty()) return;
  const auto uri = Uri::parse(m_uri);
  if (!uri) return;
  const auto store = m_stores->store_for(*uri);
  if (!store) return;
  if (const Status removed = (*store)->remove_tree(*uri); !removed)
    log::warning("{}", removed.error().message());
  // The folder that all jobs of an output share goes when it is empty.
  if (uri->is_local()) {
    std::error_code error;
    std::filesystem::remove(uri->parent().path, error);
  }
}

}  // namespace fanfold
