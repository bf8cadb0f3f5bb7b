#include <algorithm>
#include <cstdio>
#include <vector>

#include "orchestrator/checking/checking.h"
#include "orchestrator/cli/commands.h"
#include "orchestrator/cli/machine.h"

namespace fanfold::cli {
namespace {

// Where the configuration is wrong trying again does not help, whatever else is.
ExitCode worst_of(const std::vector<checking::Finding>& findings) {
  ExitCode worst = ExitCode::done;
  for (const checking::Finding& finding : findings) {
    if (finding.outcome != checking::Outcome::failed) continue;
    const ExitCode code = exit_code_of(Error(finding.kind.value_or(ErrorKind::internal), {}));
    if (code == ExitCode::input) return code;
    if (worst != ExitCode::infrastructure) worst = code;
  }
  return worst;
}

checking::Options options_of(const CheckCommand& command, const Defaults& defaults) {
  checking::Options options;
  options.locations = command.locations;
  options.redis_url = command.redis_url;
  options.endpoint = command.endpoint;
  options.function_name = command.function_name;
  options.machine = {defaults.workers, usable_memory_mb(), defaults.runtime_binary};
  return options;
}

}  // namespace

Result<ExitCode> run_check_command(const CheckCommand& command, const Defaults& defaults,
                                   StandardOutput& output, std::stop_token stop) {
  std::vector<checking::Finding> findings;
  const auto tell = [&](const checking::Finding& finding) -> Status {
    findings.push_back(finding);
    if (command.json) return {};
    FANFOLD_TRY(output.write(checking::to_text(finding)));
    return output.flush();
  };
  FANFOLD_TRY(checking::check(options_of(command, defaults), system_clock(), tell, stop));
  if (command.json) {
    FANFOLD_TRY(output.write(checking::to_json(findings)));
  } else {
    std::fprintf(stderr, "%s\n", checking::summary(findings).c_str());
  }
  return worst_of(findings);
}

}  // namespace fanfold::cli
