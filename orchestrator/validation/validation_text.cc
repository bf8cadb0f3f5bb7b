#include <fmt/format.h>

#include "orchestrator/validation/validation_report.h"
#include "runtime/core/printable.h"

namespace fanfold::validation {
namespace {

std::string line_of(const Finding& finding) {
  std::string line = finding.place.file;
  if (finding.place.line > 0) line += fmt::format(":{}", finding.place.line);
  line += fmt::format(": {}: ", to_string(finding.level));
  if (!finding.place.element.empty()) line += finding.place.element;
  if (finding.place.spectrum && !finding.place.spectrum->id.empty()) {
    line += fmt::format(" ('{}')", finding.place.spectrum->id);
  }
  if (!finding.place.element.empty()) line += ": ";
  line += finding.found;
  if (!finding.expected.empty()) line += "; expected " + finding.expected;
  return printable(line) + fmt::format(" [{}]\n", finding.rule);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string summary(const Validation& validation) {
  const std::string spectra =
      validation.spectra == 1 ? "1 spectrum" : fmt::format("{} spectra", validation.spectra);
  const auto worst = validation.worst();
  if (!worst)
    return fmt::format("{}: valid; nothing was found in {}.\n", printable(validation.file), spectra);
  std::string found;
  for (const Level level : {Level::fatal, Level::error, Level::warning}) {
    const std::uint64_t count = validation.log.count(level);
    if (count == 0) continue;
    if (!found.empty()) found += ", ";
    found += level == Level::fatal ? fmt::format("{} fatal", count) : counted(count, to_string(level));
  }
  const std::string_view verdict = *worst == Level::warning ? "valid" : "not valid";
  return fmt::format("{}: {}; {} in {}.\n", printable(validation.file), verdict, found, spectra);
}

}  // namespace

std::string to_text(const Validation& validation) {
  std::string text;
  for (const FindingGroup& group : validation.log.groups()) {
    for (const Finding& finding : group.first) text += line_of(finding);
    const std::uint64_t more = group.count - group.first.size();
    if (more > 0) {
      text += fmt::format("{}: {}: {} more like the last [{}]\n", printable(group.first.back().place.file),
                          to_string(group.level), more, group.rule);
    }
  }
  return text + summary(validation);
}

}  // namespace fanfold::validation
