#include <unistd.h>

#include <array>
#include <string_view>

#include "orchestrator/cli/commands.h"

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

}  // namespace

Status run_local_host_command(const LocalHostCommand& command, std::stop_token stop) {
  LocalHostOptions options = command.options;
  options.environment = our_environment();
  return run_local_host(std::move(options), std::move(stop));
}

}  // namespace fanfold::cli
