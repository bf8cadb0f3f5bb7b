#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"

namespace fanfold::cli {

Finish add_validate(CLI::App& root) {
  CLI::App* app = root.add_subcommand("validate", "Check imzML images against the format's rules");
  const auto command = std::make_shared<ValidateCommand>();
  app->add_option("FILE", command->files, "imzML files: paths or URIs; each .ibd lies beside its imzML")
      ->required()
      ->type_name("");
  app->add_flag("--json", command->json, "One JSON object for all files");
  app->add_flag("--strict", command->strict, "Warnings count as errors");
  app->add_flag("--no-checksum", command->no_checksum, "Do not read the .ibd to compare its checksum");
  app->add_option("--max-findings", command->max_findings, "Places shown of each kind of finding")
      ->type_name("N")
      ->check(unnamed(CLI::Range(1, 1'000'000)))
      ->capture_default_str();
  app->footer(std::string("Prints FILE:LINE: LEVEL: PLACE: what was found; expected ... [rule]\n"
                          "Levels: fatal    cannot be decoded\n"
                          "        error    breaks a rule that the format says must be kept\n"
                          "        warning  breaks one that should be kept, or is odd\n\n") +
              k_exit_code_help);
  return [command]() -> Result<Command> { return Command(*command); };
}

}  // namespace fanfold::cli
