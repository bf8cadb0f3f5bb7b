// Scratch folders on this machine and their locks: who lives and who is dead.
#pragma once

#include <filesystem>
#include <functional>

#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold {

// Below an output folder: the scratch of all its jobs, a folder each.
inline constexpr char k_scratch_folder[] = ".fanfold";

// Takes the lock of a job's scratch for as long as the descriptor lives. `flags`: O_CREAT, or 0 where the
// lock must exist. Errors: not_found; transient where a living job has it.
Result<UniqueFd> lock_scratch(const std::filesystem::path& folder, int flags);

struct ScratchVisitor {
  std::function<Status(const std::filesystem::path&)> dead;   // its lock is held meanwhile
  std::function<Status(const std::filesystem::path&)> alive;  // or not to be told
};

// Visits every folder below `parent`. Dead is what has no lock, or a free one: locks go with their process,
// however that ends. No `parent`: nobody. An error of a visitor ends it.
Status visit_scratch(const std::filesystem::path& parent, const ScratchVisitor& visitor);

}  // namespace fanfold
