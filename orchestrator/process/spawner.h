// The one thread that makes children.
#pragma once

#include <sys/types.h>

#include <string>

#include "orchestrator/process/child_process.h"
#include "runtime/core/handle.h"
#include "runtime/core/result.h"

namespace fanfold {

struct SpawnedProcess {
  pid_t pid = -1;
  UniqueFd exit_fd;  // a pidfd
};

// Thread-safe; returns when `program` runs or cannot. The thread starts with the first call and never ends,
// because the kernel kills its children with it.
Result<SpawnedProcess> spawn_on_lasting_thread(const std::string& program, const SpawnOptions& options);

}  // namespace fanfold
