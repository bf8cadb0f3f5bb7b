#include <cmath>

#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"

namespace fanfold::cli {
namespace {

constexpr double k_usual_hours = 24;
constexpr double k_most_hours = 1e6;  // a century

}  // namespace

Finish add_clean(CLI::App& root) {
  CLI::App* app = root.add_subcommand("clean", "Remove what killed jobs left in an output folder");
  const auto command = std::make_shared<CleanCommand>();
  const auto hours = std::make_shared<double>(k_usual_hours);
  app->add_option("OUT", command->folder, "Output folder of jobs: path or s3://bucket/prefix/")
      ->required()
      ->type_name("");
  app->add_option(
         "--older-than", *hours,
         "Leave what is younger: it may belong to a job that runs;\n0: remove all, 0.5: half an hour")
      ->type_name("HOURS")
      ->capture_default_str();
  app->add_flag("-n,--dry-run", command->dry_run, "Only say what would be removed");
  app->add_flag("--json", command->json, "One JSON object");
  app->footer(
      std::string("In a bucket: uploads in parts that nobody finished, whoever began them, and scratch\n"
                  "below OUT/.fanfold/; ages are those by the server's clock. On this machine: scratch\n"
                  "of jobs that no longer run, whatever its age, and temporary files.\n\n"
                  "Example: fanfold clean --dry-run s3://lab/out/ && fanfold clean s3://lab/out/\n\n") +
      k_exit_code_help);
  return [command, hours]() -> Result<Command> {
    if (!(*hours >= 0 && *hours <= k_most_hours)) {
      return make_error(ErrorKind::invalid_argument, "--older-than is {}; it may be 0 to {} hours", *hours,
                        k_most_hours);
    }
    command->older_than = std::chrono::seconds(std::llround(*hours * 3'600));
    return Command(*command);
  };
}

Finish add_check(CLI::App& root) {
  CLI::App* app = root.add_subcommand("check", "Try everything a job needs, and say what is missing");
  const auto command = std::make_shared<CheckCommand>();
  app->add_option("LOCATION", command->locations,
                  "Images that are read, folders that are written to: paths or\ns3://bucket/key")
      ->type_name("");
  const auto add = [&](const std::string& name, auto& into, const std::string& help, const char* type) {
    app->add_option(name, into, help)->type_name(type);
  };
  add("--redis", command->redis_url, "redis://, rediss:// or unix:// (default: a private server)", "URL");
  add("--endpoint", command->endpoint, "Lambda Invoke API (default: the built-in function host)", "URL");
  add("--function", command->function_name, "Name of the function (default: fanfold)", "NAME");
  app->add_flag("--json", command->json, "One JSON object");
  app->footer(
      std::string(
          "Prints a line per check: ok, note (works, but look at it), FAIL, or -- (not tried).\n"
          "In a folder of outputs a few small objects are written and removed again; no\n"
          "function is invoked. Secrets are never printed.\n\n"
          "Example: fanfold check s3://lab/in/brain.imzML s3://lab/out/ --redis rediss://cache:6379\n\n") +
      k_exit_code_help);
  return [command]() -> Result<Command> { return Command(*command); };
}

}  // namespace fanfold::cli
