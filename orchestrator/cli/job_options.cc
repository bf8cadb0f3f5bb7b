#include <algorithm>

#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"

namespace fanfold::cli {
namespace {

const char* k_what_to_compute = "What to compute";
const char* k_how_to_run = "How to run";
const char* k_what_to_print = "What to print";

// A list that takes one value per occurrence, so that what follows may be an image.
template <typename T>
CLI::Option* add_repeated(CLI::App& app, const std::string& names, std::vector<T>& into,
                          const std::string& help) {
  return app.add_option(names, into, help)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_what_to_compute(CLI::App& app, const std::shared_ptr<JobCommand>& command) {
  add_repeated(app, "--set", command->assignments,
               "Set a parameter, e.g. alignment.maxShiftppm=300; repeatable")
      ->type_name("NAME=VALUE")
      ->group(k_what_to_compute);
  app.add_option("--calibration", command->calibration_table,
                 "Calibrate masses by this table of known compounds")
      ->type_name("FILE")
      ->group(k_what_to_compute);
  app.add_option_function<std::string>(
         "--compat", [command](const std::string& text) { command->compat = compat_from_string(text); },
         "Whose numbers: none (default), rmsi2")
      ->type_name("MODE")
      ->check(unnamed(CLI::IsMember({"none", "rmsi2"})))
      ->group(k_what_to_compute);
  app.add_option_function<std::string>(
         "--input",
         [command](const std::string& text) { command->input_kind = input_kind_from_string(text); },
         "What images are taken for: auto (default), spectra, peaks. auto: peaks\n"
         "where marked as such, or for centroid spectra in processed mode")
      ->type_name("KIND")
      ->check(unnamed(CLI::IsMember({"auto", "spectra", "peaks"})))
      ->group(k_what_to_compute);
  app.add_option("--checksum", command->options.checksum,
                 "Checksum in the imzML: sha1 (default), sha256, none")
      ->type_name("KIND")
      ->check(unnamed(CLI::IsMember({"sha1", "sha256", "none"})))
      ->group(k_what_to_compute);
}

void add_how_to_run(CLI::App& app, const std::shared_ptr<JobCommand>& command, const Defaults& defaults) {
  RunOptions& options = command->options;
  const auto add = [&](const std::string& names, auto& into, const std::string& help, const char* type) {
    return app.add_option(names, into, help)->type_name(type)->group(k_how_to_run);
  };
  add("--workers", command->workers, fmt::format("Calls in flight (default here: {})", defaults.workers), "N")
      ->check(unnamed(CLI::Range(1, 10'000)));
  add("--memory", command->memory_mb,
      fmt::format("Most memory of a function process, MiB (default here: {})", defaults.memory_mb), "MB")
      ->check(unnamed(CLI::Range(64, 1 << 30)));
  add("--redis", options.redis_url, "redis://, rediss:// or unix:// (default: a private server)", "URL");
  add("--endpoint", options.endpoint, "Lambda Invoke API (default: the built-in function host)", "URL");
  add("--function", options.function_name, "Name of the function (default: fanfold)", "NAME");
  add("--cube-pixels", options.cube_pixels, "Pixels per call, 16 times a power of two (default: planned)",
      "N")
      ->check(unnamed(CLI::Range(1, 1 << 30)));
  add("--dump", options.dump_directory, "Write intermediate arrays there, as raw float64", "DIR");
  app.add_flag("--strict", command->strict, "Refuse what would be warned of, and wrong checksums")
      ->group(k_how_to_run);
  app.add_flag("--force", options.force, "Replace outputs that exist")->group(k_how_to_run);
}

void add_what_to_print(CLI::App& app, const std::shared_ptr<JobCommand>& command) {
  app.add_flag("--json", command->json, "Print report.json on stdout")->group(k_what_to_print);
  app.add_flag("-q,--quiet", command->quiet, "Print warnings and errors alone")->group(k_what_to_print);
  app.add_flag("-v,--verbose", command->options.verbosity, "Log more on stderr; twice: everything")
      ->group(k_what_to_print);
}

void add_output(CLI::App& app, const std::shared_ptr<JobCommand>& command, const std::string& help,
                bool required) {
  app.add_option("-o,--output", command->output, help)->type_name("OUT")->required(required);
}

// The region files belong to the image named before them, so the order of the words decides.
Result<std::vector<JobInput>> group_by_image(const CLI::App& app, const CLI::Option* images,
                                             const CLI::Option* rois) {
  std::vector<JobInput> inputs;
  std::size_t next_image = 0;
  std::size_t next_roi = 0;
  for (const CLI::Option* option : app.parse_order()) {
    if (option == images) inputs.push_back({images->results().at(next_image++), {}});
    if (option != rois) continue;
    const std::string& roi = rois->results().at(next_roi++);
    if (inputs.empty()) {
      return make_error(ErrorKind::invalid_argument, "--roi {} must stand after the image it belongs to",
                        roi);
    }
    inputs.back().rois.push_back(roi);
  }
  return inputs;
}

std::string parameter_list() {
  std::string text;
  for (const ParameterHelp& row : parameter_help()) {
    text +=
        fmt::format("{:<30} {:<6} {}\n{:38}{}\n", row.name, row.default_value, row.meaning, "", row.range);
  }
  return text + "Name, default, meaning and values of every parameter; set one with --set NAME=VALUE.";
}

void add_parameter_list(CLI::App& app) {
  app.set_version_flag("--help-parameters", parameter_list, "List all parameters and exit");
}

}  // namespace

Finish add_process(CLI::App& root, const Defaults& defaults) {
  CLI::App* app = root.add_subcommand("process", "Process imzML images: spectra, peaks, peak matrix");
  const auto command = std::make_shared<JobCommand>();
  const auto names = std::make_shared<std::pair<std::vector<std::string>, std::vector<std::string>>>();
  const CLI::Option* images =
      app->add_option("IMAGE", names->first, "imzML file: path or URI")->required()->type_name("");
  add_output(*app, command, "Folder for the outputs: path or URI", true);
  const CLI::Option* rois = add_repeated(*app, "--roi", names->second,
                                         "Regions of interest of the image named before it; repeatable")
                                ->type_name("FILE")
                                ->group(k_what_to_compute);
  app->add_option("--params", command->parameter_file, "Parameters as JSON, as below params.preprocessing")
      ->type_name("FILE")
      ->group(k_what_to_compute);
  add_what_to_compute(*app, command);
  add_parameter_list(*app);
  add_how_to_run(*app, command, defaults);
  add_what_to_print(*app, command);
  app->footer(k_exit_code_help);
  return [app, command, names, images, rois]() -> Result<Command> {
    FANFOLD_ASSIGN(command->inputs, group_by_image(*app, images, rois));
    return Command(*command);
  };
}

Finish add_run(CLI::App& root, const Defaults& defaults) {
  CLI::App* app = root.add_subcommand("run", "Run a job file");
  const auto command = std::make_shared<JobCommand>();
  app->add_option("JOB", command->job_file, "Job file (JSON): path or URI")->required()->type_name("");
  add_output(*app, command, "Folder for the outputs (default: the job file's 'output')", false);
  app->add_option("--input-root", command->input_root,
                  "Where the job's keys lie (default: the job file's folder)")
      ->type_name("URI");
  add_what_to_compute(*app, command);
  add_parameter_list(*app);
  add_how_to_run(*app, command, defaults);
  add_what_to_print(*app, command);
  app->footer(k_exit_code_help);
  return [command]() -> Result<Command> { return Command(*command); };
}

}  // namespace fanfold::cli
