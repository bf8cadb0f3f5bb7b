#include <algorithm>

#include "orchestrator/cli/commands.h"
#include "runtime/core/units.h"
#include "runtime/storage/store_registry.h"
#include "runtime/storage/uri.h"

namespace fanfold::cli {
namespace {

constexpr std::uint64_t k_max_file_bytes = 4_MiB;
constexpr std::uint64_t k_least_memory_mb = 128;

Result<std::string> read_text(const std::string& location) {
  FANFOLD_ASSIGN(const Uri uri, Uri::parse(location));
  StoreRegistry stores;
  FANFOLD_ASSIGN(Store* const store, stores.store_for(uri));
  return store->read_all(uri, k_max_file_bytes);
}

Result<Job> read_job(const JobCommand& command) {
  FANFOLD_ASSIGN(const Uri uri, Uri::parse(*command.job_file));
  FANFOLD_ASSIGN(const std::string text, read_text(*command.job_file));
  return parse_job(text, *command.job_file, command.input_root.value_or(uri.parent().name()));
}

Result<Job> job_of_images(const JobCommand& command) {
  Job job;
  job.inputs = command.inputs;
  FANFOLD_TRY(check_job(job, "the command line"));
  if (command.parameter_file) {
    FANFOLD_ASSIGN(const std::string text, read_text(*command.parameter_file));
    FANFOLD_ASSIGN(job.parameters, parse_parameters(text, *command.parameter_file));
  }
  return job;
}

Status apply_flags(const JobCommand& command, Job& job) {
  if (command.calibration_table) {
    job.parameters.mass_calibration = true;
    job.parameters.calibration.table = *command.calibration_table;
  }
  for (const std::string& assignment : command.assignments) {
    if (auto set = set_parameter(job.parameters, assignment); !set) return set.error().with_context("--set");
  }
  FANFOLD_TRY(validate(job.parameters));
  if (!command.output.empty()) job.output = command.output;
  if (command.strict) job.strict = true;
  if (command.compat) job.compat = *command.compat;
  if (command.input_kind) job.input_kind = *command.input_kind;
  if (!job.output.empty()) return {};
  return make_error(ErrorKind::invalid_argument, "{} names no 'output'; give one with -o",
                    command.job_file.value_or("the command line"));
}

// The memory that the default number of workers would have, divided among those there are.
std::uint64_t share_of(const Defaults& defaults, std::uint32_t workers) {
  return std::max<std::uint64_t>(defaults.memory_mb * defaults.workers / workers, k_least_memory_mb);
}

}  // namespace

Result<PreparedJob> prepare_job(const JobCommand& command, const Defaults& defaults) {
  PreparedJob prepared;
  FANFOLD_ASSIGN(prepared.job, command.job_file ? read_job(command) : job_of_images(command));
  FANFOLD_TRY(apply_flags(command, prepared.job));
  prepared.options = command.options;
  prepared.options.workers = command.workers.value_or(prepared.job.workers.value_or(defaults.workers));
  prepared.options.memory_mb = command.memory_mb.value_or(
      prepared.job.memory_mb.value_or(share_of(defaults, prepared.options.workers)));
  prepared.options.runtime_binary = defaults.runtime_binary;
  return prepared;
}

}  // namespace fanfold::cli
