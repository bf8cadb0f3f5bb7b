#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"

namespace fanfold::cli {

Finish add_info(CLI::App& root) {
  CLI::App* app = root.add_subcommand("info", "Tell what an imzML image holds");
  const auto command = std::make_shared<InfoCommand>();
  app->add_option("IMAGE", command->image, "imzML file: path or URI")->required()->type_name("");
  const auto json = app->add_flag_callback(
      "--json", [command] { command->form = InfoCommand::Form::json; }, "One JSON object");
  app->add_flag_callback(
         "--pixels", [command] { command->form = InfoCommand::Form::pixels; },
         "One line per pixel, in file order, tab-separated: x, y, points, TIC,\n"
         "maximum, first m/z, last m/z; nan where a spectrum is empty")
      ->excludes(json);
  const auto strict = app->add_flag("--strict", command->strict,
                                    "Fail where there is something to warn of, and where the\n"
                                    "checksum or the UUID of the .ibd is another's");
  app->add_flag("--fast", command->fast, "Do not read the whole .ibd to verify its checksum")
      ->excludes(strict);
  app->footer(k_exit_code_help);
  return [command]() -> Result<Command> { return Command(*command); };
}

Finish add_sample(CLI::App& root) {
  CLI::App* app = root.add_subcommand("sample", "Make a synthetic image for trials and benchmarks");
  const auto command = std::make_shared<SampleCommand>();
  const auto processed = std::make_shared<bool>(false);
  sample::SampleOptions& options = command->options;
  const auto add = [&](const std::string& name, auto& into, const std::string& help, const char* type) {
    app->add_option(name, into, help)->type_name(type)->capture_default_str();
  };
  app->add_option("OUT", command->output, "imzML file to write; the .ibd lies beside it")
      ->required()
      ->type_name("");
  add("--pixels", options.pixels, "Pixels, on a grid about square", "N");
  add("--channels", options.channels, "Values per spectrum", "N");
  add("--peaks", options.peaks, "Different peaks in the whole image", "N");
  add("--regions", options.regions, "Kinds of tissue", "N");
  add("--shift,--shift-ppm", options.shift_ppm, "Largest mass shift, ppm", "PPM");
  add("--noise", options.noise, "Mean noise, relative to a medium peak", "X");
  add("--min-mz", options.min_mz, "Lowest m/z", "MZ");
  add("--max-mz", options.max_mz, "Highest m/z", "MZ");
  add("--pixel-size", options.pixel_size_um, "Side of a pixel, micrometres", "UM");
  add("--seed", options.seed, "Equal seeds make equal images", "N");
  app->add_flag("--processed", *processed, "Processed mode: every pixel has m/z values of its own");
  app->add_flag("-q,--quiet", command->quiet, "Print warnings and errors alone");
  app->footer(k_exit_code_help);
  return [command, processed]() -> Result<Command> {
    command->options.mode = *processed ? imzml::Mode::processed : imzml::Mode::continuous;
    return Command(*command);
  };
}

}  // namespace fanfold::cli
