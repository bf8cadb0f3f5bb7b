#include "orchestrator/cli/command_line.h"

#include <algorithm>
#include <map>

#include "orchestrator/cli/command_options.h"
#include "orchestrator/cli/exit_code.h"
#include "runtime/core/nearest_name.h"

namespace fanfold::cli {
namespace {

constexpr std::size_t k_option_column = 28;

std::vector<std::string> known_words(const CLI::App& app, bool options) {
  std::vector<std::string> words;
  if (!options) {
    for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
    return words;
  }
  for (const CLI::Option* option : app.get_options({})) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

const CLI::App& chosen_command(const CLI::App& root) {
  const auto chosen = root.get_subcommands();
  return chosen.empty() ? root : *chosen.front();
}

// Between two groups the formatter leaves two empty lines, and a screen has few.
std::string help_of(const CLI::App& command) {
  std::string text = command.help();
  for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
  return text;
}

std::string help_hint(const CLI::App& command) {
  const std::string name = command.get_parent() == nullptr ? "fanfold" : "fanfold " + command.get_name();
  return "see '" + name + " --help'";
}

// Types and defaults in words, and the program's name in front of the command's.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    const bool is_command = app->get_parent() != nullptr;
    return CLI::Formatter::make_usage(app, is_command ? "fanfold " + app->get_name() : std::move(name));
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return type.empty() ? "" : " " + type;
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    const std::string value = option->get_default_str();
    return option->get_description() + (option->get_required() ? " (required)" : "") +
           (value.empty() ? "" : " (default: " + value + ")");
  }
};

// The parser's sentence about a word that it did not expect names no alternative.
Error unexpected_word(const CLI::App& command, const std::string& word) {
  const bool option = word.starts_with('-');
  const std::string name = word.substr(0, word.find('='));
  const std::string nearest = nearest_name(name, known_words(command, option));
  if (nearest.empty()) {
    return make_error(ErrorKind::invalid_argument, "unexpected '{}'; {}", word, help_hint(command));
  }
  return make_error(ErrorKind::invalid_argument, "unknown {} '{}'; did you mean '{}'? {}",
                    option ? "option" : "command", name, nearest, help_hint(command));
}

Error usage_error(const CLI::App& root, std::span<const std::string> arguments,
                  const CLI::ParseError& problem) {
  const CLI::App& command = chosen_command(root);
  if (&command == &root && !arguments.empty() && !arguments.front().starts_with('-')) {
    return unexpected_word(root, arguments.front());
  }
  const std::vector<std::string> extras = command.remaining();
  if (!extras.empty()) return unexpected_word(command, extras.front());
  return make_error(ErrorKind::invalid_argument, "{}; {}", problem.what(), help_hint(command));
}

void configure(CLI::App& root) {
  root.name("fanfold");
  root.require_subcommand(1);
  root.formatter(std::make_shared<HelpFormatter>());
  root.get_formatter()->column_width(k_option_column);
  root.set_help_flag("-h,--help", "Print this and exit");
  root.set_version_flag("--version", "fanfold " FANFOLD_VERSION, "Print the version and exit");
  root.footer(
      "Example: fanfold sample demo.imzML && fanfold process demo.imzML -o out\n"
      "Environment: NO_COLOR, FANFOLD_RUNTIME (path of fanfold-runtime)\n\n" +
      std::string(k_exit_code_help));
}

Result<Command> parse(CLI::App& root, const std::map<std::string, Finish>& commands,
                      std::span<const std::string> arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    root.parse(std::move(reversed));
    return commands.at(chosen_command(root).get_name())();
  } catch (const CLI::CallForHelp&) {
    return Command(ShowText{help_of(chosen_command(root))});
  } catch (const CLI::CallForVersion& version) {
    return Command(ShowText{std::string(version.what()) + "\n"});
  } catch (const CLI::ParseError& problem) {
    return usage_error(root, arguments, problem);
  }
}

}  // namespace

Result<Command> parse_command_line(std::span<const std::string> arguments, const Defaults& defaults) {
  CLI::App root("Fanfold processes mass-spectrometry images (imzML), one function call per datacube.");
  configure(root);
  std::map<std::string, Finish> commands;
  commands["process"] = add_process(root, defaults);
  commands["run"] = add_run(root, defaults);
  commands["info"] = add_info(root);
  commands["image"] = add_image(root);
  commands["validate"] = add_validate(root);
  commands["sample"] = add_sample(root);
  commands["clean"] = add_clean(root);
  commands["check"] = add_check(root);
  commands["local-host"] = add_local_host(root, defaults);
  return parse(root, commands, arguments);
}

}  // namespace fanfold::cli
