#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"

namespace fanfold::cli {
namespace {

using ion_image::ColorMap;
using ion_image::ImageOptions;
using ion_image::Layer;
using ion_image::Normalization;
using ion_image::Scale;
using ion_image::Window;

const char* k_what_to_show = "What to show";
const char* k_how_to_draw = "How to draw it (PNG)";

// An option whose value is one of some words, each of which stands for a value.
template <typename Into, typename Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Into& into,
                        const std::map<std::string, Value>& choices, const std::string& help,
                        const char* type) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) words.push_back(word);
  return app
      .add_option_function<std::string>(
          name, [&into, choices](const std::string& word) { into = choices.at(word); }, help)
      ->type_name(type)
      ->check(unnamed(CLI::IsMember(words)));
}

void add_what_to_show(CLI::App& app, ImageOptions& options) {
  app.add_option("--mz", options.masses, "An m/z; repeatable")
      ->required()
      ->type_name("MZ")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(k_what_to_show);
  app.add_option("--ppm", options.ppm, "How far a bin or a value may lie from it, ppm")
      ->type_name("PPM")
      ->check(unnamed(CLI::Range(1e-6, 1e5)))
      ->capture_default_str()
      ->group(k_what_to_show);
  app.add_option("--image", options.image, "The image of this name alone")
      ->type_name("NAME")
      ->group(k_what_to_show);
  add_choice<std::optional<Layer>, Layer>(
      app, "--layer", options.layer, {{"X", Layer::intensity}, {"snr", Layer::snr}, {"area", Layer::area}},
      "Of a peak matrix: X, the intensity (default), snr, area", "LAYER")
      ->group(k_what_to_show);
  add_choice<std::optional<Window>, Window>(app, "--window", options.window,
                                            {{"max", Window::maximum}, {"sum", Window::sum}},
                                            "Of a spectrum's values within PPM: max (default), sum", "KIND")
      ->group(k_what_to_show);
  add_choice(app, "--normalize", options.normalization,
             std::map<std::string, Normalization>{{"none", Normalization::none},
                                                  {"tic", Normalization::tic},
                                                  {"rms", Normalization::rms},
                                                  {"max", Normalization::max}},
             "value * mean(norm) / norm: none (default), tic, rms, max", "NORM")
      ->group(k_what_to_show);
}

void add_how_to_draw(CLI::App& app, ion_image::PictureStyle& style) {
  app.add_option("--clip", style.clip_percentile,
                 "Percentile of the values above 0 that gets the brightest\ncolour, so do those above; 100: "
                 "no clipping")
      ->type_name("PCT")
      ->check(unnamed(CLI::Range(1e-3, 100.0)))
      ->capture_default_str()
      ->group(k_how_to_draw);
  add_choice(app, "--colormap", style.colors,
             std::map<std::string, ColorMap>{{"viridis", ColorMap::viridis},
                                             {"magma", ColorMap::magma},
                                             {"hot", ColorMap::hot},
                                             {"gray", ColorMap::gray}},
             "viridis (default), magma, hot, gray", "NAME")
      ->group(k_how_to_draw);
  add_choice(app, "--scale", style.scale,
             std::map<std::string, Scale>{{"lin", Scale::linear}, {"sqrt", Scale::square_root}},
             "Colours by intensity, lin (default), or by its root, sqrt", "KIND")
      ->group(k_how_to_draw);
  app.add_option("--zoom", style.zoom, "Side of a pixel on the screen (default: by size)")
      ->type_name("N")
      ->check(unnamed(CLI::Range(1, 1000)))
      ->group(k_how_to_draw);
  app.add_flag("--plain", style.plain, "The pixels alone: no m/z, no scales")->group(k_how_to_draw);
}

}  // namespace

Finish add_image(CLI::App& root) {
  CLI::App* app = root.add_subcommand("image", "Show where an m/z is: PNG, TIFF or .npy");
  const auto command = std::make_shared<ImageCommand>();
  ImageOptions& options = command->options;
  app->add_option("IN", options.input, "A run's output folder, a .zarr peak matrix, or an imzML file")
      ->required()
      ->type_name("");
  app->add_option("-o,--output", options.output,
                  "FILE.png, .tiff, .tif or .npy (default: ion-MZ.png);\nseveral PNGs get the m/z, several "
                  "images their "
                  "name into theirs")
      ->type_name("FILE");
  add_what_to_show(*app, options);
  add_how_to_draw(*app, command->options.style);
  app->footer(std::string("TIFF and .npy hold the values, not clipped, NaN where there is no pixel.\n\n") +
              k_exit_code_help);
  return [command]() -> Result<Command> { return Command(*command); };
}

}  // namespace fanfold::cli
