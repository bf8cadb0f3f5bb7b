#include "orchestrator/cleaning/local_cleaning.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "orchestrator/cleaning/dead_scratch.h"
#include "runtime/storage/local_file.h"

namespace fanfold::cleaning {
namespace {

namespace fs = std::filesystem;

struct FileFacts {
  SystemTime changed{};
  std::uint64_t bytes = 0;
  bool is_regular = false;
};

// What went away meanwhile has none.
std::optional<FileFacts> facts_of(const fs::path& path) {
  struct ::stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  FileFacts facts;
  facts.changed = SystemTime(std::chrono::seconds(status.st_mtim.tv_sec));
  facts.is_regular = S_ISREG(status.st_mode);
  facts.bytes = facts.is_regular ? static_cast<std::uint64_t>(status.st_size) : 0;
  return facts;
}

Item scratch_item(const fs::path& folder) {
  Item item;
  item.kind = Kind::scratch;
  item.name = folder.string();
  item.bytes = item.objects = 0;
  const auto count = [&item](const fs::path& path) {
    const auto facts = facts_of(path);
    if (!facts) return;
    item.since = std::max(item.since.value_or(facts->changed), facts->changed);
    *item.bytes += facts->bytes;
    if (facts->is_regular) ++*item.objects;
  };
  count(folder);
  std::error_code error;
  for (fs::recursive_directory_iterator walk(folder, error);
       !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    count(walk->path());
  }
  return item;
}

Status clean_scratch(Store& store, const fs::path& parent, Judge& judge) {
  bool has_removed = false;
  ScratchVisitor visitor;
  visitor.dead = [&](const fs::path& folder) {
    return judge.settle_dead(scratch_item(folder), [&] {
      has_removed = true;
      return store.remove_tree(Uri::local(folder.string()));
    });
  };
  visitor.alive = [&](const fs::path& folder) {
    return judge.keep(scratch_item(folder), "its job is running");
  };
  FANFOLD_TRY(visit_scratch(parent, visitor));
  // The folder that all jobs share goes when it is empty.
  std::error_code not_empty;
  if (has_removed) fs::remove(parent, not_empty);
  return {};
}

// Temporaries lie beside what they were to become: in the folder, or within an output that is a folder. What
// jobs have in scratch is none of these. Links are not followed.
Result<std::vector<fs::path>> temporaries_below(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied, error);
  while (!error && walk != fs::recursive_directory_iterator()) {
    const std::string name = walk->path().filename().string();
    if (name == k_scratch_folder) walk.disable_recursion_pending();
    if (is_temporary_file_name(name)) found.push_back(walk->path());
    walk.increment(error);
  }
  if (error) return errno_error(error.value(), fmt::format("list the folder '{}'", folder.string()));
  std::ranges::sort(found);
  return found;
}

Status clean_temporaries(Store& store, const fs::path& folder, Judge& judge) {
  FANFOLD_ASSIGN(const std::vector<fs::path> files, temporaries_below(folder));
  for (const fs::path& file : files) {
    const auto facts = facts_of(file);
    if (!facts || !facts->is_regular) continue;
    Item item;
    item.kind = Kind::temporary;
    item.name = file.string();
    item.since = facts->changed;
    item.bytes = facts->bytes;
    FANFOLD_TRY(judge.settle(std::move(item), [&] { return store.remove(Uri::local(file.string())); }));
  }
  return {};
}

}  // namespace

Status clean_local(Store& store, const Uri& folder, Judge& judge) {
  std::error_code error;
  const fs::file_status status = fs::status(folder.path, error);
  if (status.type() == fs::file_type::not_found) {
    return make_error(ErrorKind::not_found, "there is no folder '{}'; name the output folder of a job",
                      folder.path);
  }
  if (error) return errno_error(error.value(), fmt::format("look at '{}'", folder.path));
  if (status.type() != fs::file_type::directory) {
    return make_error(ErrorKind::invalid_argument, "'{}' is not a folder; name the output folder of a job",
                      folder.path);
  }
  FANFOLD_TRY(clean_scratch(store, fs::path(folder.path) / k_scratch_folder, judge));
  return clean_temporaries(store, folder.path, judge);
}

}  // namespace fanfold::cleaning
