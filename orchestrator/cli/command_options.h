// The options of each command. Private to the sources of command_line.h.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "orchestrator/cli/command_line.h"

namespace fanfold::cli {

// Called after a successful parse of the command: what cannot be said in the declaration of an option.
using Finish = std::function<Result<Command>()>;

// The check without the description that the parser would put beside the type in help texts.
template <typename Check>
Check unnamed(Check check) {
  check.description("");
  return check;
}

Finish add_process(CLI::App& root, const Defaults& defaults);
Finish add_run(CLI::App& root, const Defaults& defaults);
Finish add_info(CLI::App& root);
Finish add_image(CLI::App& root);
Finish add_validate(CLI::App& root);
Finish add_sample(CLI::App& root);
Finish add_clean(CLI::App& root);
Finish add_check(CLI::App& root);
Finish add_local_host(CLI::App& root, const Defaults& defaults);

}  // namespace fanfold::cli
