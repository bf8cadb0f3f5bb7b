// What each command does. Private to this folder.
#pragma once

#include <stop_token>
#include <string>
#include <utility>

#include "orchestrator/cli/command_line.h"
#include "orchestrator/cli/exit_code.h"
#include "orchestrator/cli/standard_output.h"

namespace fanfold::cli {

Status run_job_command(const JobCommand& command, const Defaults& defaults, StandardOutput& output,
                       std::stop_token stop);
Status run_info_command(const InfoCommand& command, StandardOutput& output, std::stop_token stop);
Status run_image_command(const ImageCommand& command, StandardOutput& output, std::stop_token stop);
// done, or invalid.
Result<ExitCode> run_validate_command(const ValidateCommand& command, StandardOutput& output,
                                      std::stop_token stop);
Status run_sample_command(const SampleCommand& command, StandardOutput& output);
Status run_clean_command(const CleanCommand& command, StandardOutput& output, std::stop_token stop);
// done, or what the worst failure deserves.
Result<ExitCode> run_check_command(const CheckCommand& command, const Defaults& defaults,
                                   StandardOutput& output, std::stop_token stop);
Status run_local_host_command(const LocalHostCommand& command, std::stop_token stop);

// The job and the options of a `process` or `run`: reads the files that are named, flags win.
struct PreparedJob {
  Job job;
  RunOptions options;
};
Result<PreparedJob> prepare_job(const JobCommand& command, const Defaults& defaults);

}  // namespace fanfold::cli
