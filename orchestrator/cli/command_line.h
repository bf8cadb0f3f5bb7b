// The command line as data. Parsing looks at nothing but its arguments: no file, no environment.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "orchestrator/ion_image/options.h"
#include "orchestrator/job/job.h"
#include "orchestrator/local_host/local_host.h"
#include "orchestrator/sample/sample.h"
#include "runtime/core/result.h"

namespace fanfold::cli {

// What computed defaults are made of; help texts show them.
struct Defaults {
  std::uint32_t workers = 1;
  std::uint64_t memory_mb = 256;
  std::string runtime_binary = "fanfold-runtime";
};

// `process` and `run`.
struct JobCommand {
  std::vector<JobInput> inputs;         // process
  std::optional<std::string> job_file;  // run
  std::optional<std::string> input_root;
  std::optional<std::string> parameter_file;
  std::optional<std::string> calibration_table;
  std::vector<std::string> assignments;  // --set, in order
  std::string output;                    // empty: the job file's
  std::optional<Compat> compat;
  std::optional<InputKind> input_kind;
  std::optional<std::uint32_t> workers;
  std::optional<std::uint64_t> memory_mb;
  RunOptions options;  // workers and memory are filled in when the job file is known
  bool strict = false;
  bool json = false;
  bool quiet = false;
};

struct InfoCommand {
  enum class Form : std::uint8_t { text, json, pixels };
  std::string image;
  Form form = Form::text;
  bool strict = false;
  bool fast = false;
};

struct ValidateCommand {
  std::vector<std::string> files;
  bool json = false;
  bool strict = false;
  bool no_checksum = false;
  std::size_t max_findings = 5;
};

struct SampleCommand {
  std::string output;
  sample::SampleOptions options;
  bool quiet = false;
};

struct ImageCommand {
  ion_image::ImageOptions options;
};

struct CleanCommand {
  std::string folder;
  std::chrono::seconds older_than{std::chrono::hours(24)};
  bool dry_run = false;
  bool json = false;
};

struct CheckCommand {
  std::vector<std::string> locations;
  std::optional<std::string> redis_url;
  std::optional<std::string> endpoint;
  std::string function_name = "fanfold";
  bool json = false;
};

struct LocalHostCommand {
  LocalHostOptions options;
  bool limit_memory = false;  // options.memory_mb is enforced
  int verbosity = 0;
};

// Text for stdout: help, version.
struct ShowText {
  std::string text;
};

using Command = std::variant<JobCommand, InfoCommand, ImageCommand, ValidateCommand, SampleCommand,
                             CleanCommand, CheckCommand, LocalHostCommand, ShowText>;

// `arguments` without the program's name. Errors: invalid_argument, one or two lines that name the nearest
// valid word and where help is.
Result<Command> parse_command_line(std::span<const std::string> arguments, const Defaults& defaults);

}  // namespace fanfold::cli
