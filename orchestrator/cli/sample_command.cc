#include "orchestrator/cli/commands.h"
#include "orchestrator/progress/text_status.h"

namespace fanfold::cli {

Status run_sample_command(const SampleCommand& command, StandardOutput& output) {
  const auto status = make_stderr_status(command.quiet ? Verbosity::quiet : Verbosity::normal);
  const std::uint64_t pixels = command.options.pixels;
  status->stage_started("writing pixels", 0);
  const auto progress = [&](std::uint64_t done) { status->progress("pixel", done, pixels); };
  FANFOLD_TRY(sample::write_sample(command.output, command.options, progress));
  status->stage_finished();
  return output.write(command.output + "\n");
}

}  // namespace fanfold::cli
