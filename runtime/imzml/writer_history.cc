#include "runtime/imzml/writer_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "runtime/imzml/vocabulary.h"

namespace fanfold::imzml {
namespace {

constexpr std::string_view k_custom_tool = "MS:1000799";

Term any_action() {
  return {"MS:1000543", "data processing action"};
}

SoftwareRecord output_software(const SoftwareRecord& input, std::string id) {
  SoftwareRecord output = input;
  output.id = std::move(id);
  if (output.version.empty()) output.version = "unknown";
  if (output.term.accession.empty()) {
    output.term = {std::string(k_custom_tool), "custom unreleased software tool"};
  }
  // Only that term has a value: the name of the program.
  if (output.term.accession != k_custom_tool) {
    output.value.clear();
  } else if (output.value.empty()) {
    output.value = input.id.empty() ? "unknown" : input.id;
  }
  return output;
}

}  // namespace

OutputHistory output_history(const History& history) {
  OutputHistory output;
  std::map<std::string, std::string> new_ids;  // by old id
  const auto add = [&](const SoftwareRecord& input) {
    const std::string id = fmt::format("software{}", output.software.size() + 1);
    new_ids.emplace(input.id, id);
    output.software.push_back(output_software(input, id));
  };
  for (const SoftwareRecord& software : history.software) add(software);
  for (const MethodRecord& input : history.methods) {
    if (!new_ids.contains(input.software)) add({input.software, {}, {}, {}});
    MethodRecord method{new_ids.at(input.software), input.terms};
    const bool has_action = std::ranges::any_of(method.terms, [](const Term& term) {
      return is_below(parse_accession(term.accession), term::k_data_transformation);
    });
    if (!has_action) method.terms.push_back(any_action());
    output.methods.push_back(std::move(method));
  }
  return output;
}

}  // namespace fanfold::imzml
