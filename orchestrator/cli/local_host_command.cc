#include <unistd.h>

#include <array>
#include <string_view>

#include "orchestrator/cli/commands.h"
#include "orchestrator/local_host/environment_cgroup.h"
#include "runtime/core/log.h"

namespace fanfold::cli {
namespace {

// What the host says to a function about itself must not come from us.
bool belongs_to_the_host(std::string_view variable) {
  constexpr std::array<std::string_view, 4> k_prefixes{"AWS_LAMBDA_", "_HANDLER=", "_X_AMZN_",
                                                       "LAMBDA_TASK_ROOT="};
  for (const std::string_view prefix : k_prefixes) {
    if (variable.starts_with(prefix)) return true;
  }
  return false;
}

std::vector<std::string> our_environment() {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!belongs_to_the_host(*entry)) variables.emplace_back(*entry);
  }
  return variables;
}

// Of an environment: a control group where one can be made. The address space is a poor measure of memory,
// but all that is left.
void limit(LocalHostOptions& options, bool memory) {
  const std::uint64_t bytes = memory ? options.memory_mb << 20 : 0;
  if (bytes == 0 && options.cgroup_processes == 0) return;
  const Result<std::string> group = usable_cgroup();
  if (group) {
    options.cgroup = *group;
    options.cgroup_memory_bytes = bytes;
  } else if (memory) {
    options.address_space_limit_bytes = bytes;
    log::warning("the memory limit is one of the address space, and processes are not counted: {}",
                 group.error().message());
  } else {
    log::info("processes are not counted: {}", group.error().message());
  }
}

}  // namespace

Status run_local_host_command(const LocalHostCommand& command, std::stop_token stop) {
  LocalHostOptions options = command.options;
  options.environment = our_environment();
  limit(options, command.limit_memory);
  return run_local_host(std::move(options), std::move(stop));
}

}  // namespace fanfold::cli
