#include "orchestrator/cli/app.h"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "orchestrator/cli/commands.h"
#include "orchestrator/cli/exit_code.h"
#include "orchestrator/cli/machine.h"
#include "orchestrator/cli/signals.h"
#include "runtime/core/log.h"

namespace fanfold::cli {
namespace {

ExitCode fail(const Error& error, ExitCode code) {
  std::fprintf(stderr, "fanfold: %s\n", error.message().c_str());
  return code;
}

void set_log_level(int verbosity, bool quiet) {
  if (quiet) log::set_level(log::Level::error);
  if (verbosity == 1) log::set_level(log::Level::info);
  if (verbosity > 1) log::set_level(log::Level::debug);
}

// One overload per command; each returns the command's Status.
struct Execute {
  const Defaults& defaults;
  StandardOutput& output;
  std::stop_token stop;
  ExitCode& code;  // of a command that did what it was asked to

  Status operator()(const JobCommand& command) const {
    set_log_level(command.options.verbosity, command.quiet);
    return run_job_command(command, defaults, output, stop);
  }
  Status operator()(const InfoCommand& command) const { return run_info_command(command, output, stop); }
  Status operator()(const ImageCommand& command) const { return run_image_command(command, output, stop); }
  Status operator()(const ValidateCommand& command) const {
    FANFOLD_ASSIGN(code, run_validate_command(command, output, stop));
    return {};
  }
  Status operator()(const SampleCommand& command) const { return run_sample_command(command, output); }
  Status operator()(const CleanCommand& command) const { return run_clean_command(command, output, stop); }
  Status operator()(const CheckCommand& command) const {
    FANFOLD_ASSIGN(code, run_check_command(command, defaults, output, stop));
    return {};
  }
  Status operator()(const LocalHostCommand& command) const {
    set_log_level(command.verbosity, false);
    return run_local_host_command(command, stop);
  }
  Status operator()(const ShowText& text) const { return output.write(text.text); }
};

ExitCode run(const std::vector<std::string>& arguments) {
  const std::uint32_t cores = usable_cores();
  const Defaults defaults{cores, memory_share_mb(cores), runtime_binary()};
  const auto command = parse_command_line(arguments, defaults);
  if (!command) return fail(command.error(), ExitCode::usage);
  const auto signals = StopOnSignal::install();
  if (!signals) return fail(signals.error(), ExitCode::failed);
  StandardOutput output;
  ExitCode code = ExitCode::done;
  const Status status = std::visit(Execute{defaults, output, (*signals)->token(), code}, *command);
  // What was written before an error is a result too.
  const Status flushed = output.flush();
  if (!status) return fail(status.error(), exit_code_of(status.error()));
  if (!flushed) return fail(flushed.error(), ExitCode::failed);
  return code;
}

}  // namespace

int run_cli(int argc, const char* const* argv) {
  try {
    return to_int(run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc)));
  } catch (const std::exception& problem) {
    return to_int(
        fail(make_error(ErrorKind::internal, "internal error: {}", problem.what()), ExitCode::failed));
  }
}

}  // namespace fanfold::cli
