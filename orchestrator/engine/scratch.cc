#include "orchestrator/engine/scratch.h"

#include <fcntl.h>

#include <filesystem>
#include <utility>

#include "orchestrator/cleaning/dead_scratch.h"
#include "runtime/core/log.h"

namespace fanfold {
namespace {

// A scratch folder whose lock is free belongs to a job that was killed. What cannot be removed is no reason
// not to run.
void remove_dead(Store& store, const std::filesystem::path& parent) {
  ScratchVisitor visitor;
  visitor.dead = [&store](const std::filesystem::path& folder) -> Status {
    log::info("removing '{}', left by a run that was killed", folder.string());
    if (const Status removed = store.remove_tree(Uri::local(folder.string())); !removed)
      log::warning("{}", removed.error().message());
    return {};
  };
  if (const Status visited = visit_scratch(parent, visitor); !visited)
    log::warning("{}", visited.error().message());
}

}  // namespace

Result<Scratch> Scratch::create(StoreRegistry& stores, const std::string& output, const std::string& job_id) {
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(output));
  const Uri parent = folder.join(k_scratch_folder);
  if (folder.is_local()) {
    FANFOLD_ASSIGN(Store* const store, stores.store_for(folder));
    remove_dead(*store, parent.path);
  }
  Scratch scratch(stores, parent.join(job_id).name());
  if (!folder.is_local()) return scratch;
  const std::filesystem::path path = parent.join(job_id).path;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return errno_error(error.value(), fmt::format("create the folder '{}'", path.string()));
  FANFOLD_ASSIGN(scratch.m_lock, lock_scratch(path, O_CREAT));
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
