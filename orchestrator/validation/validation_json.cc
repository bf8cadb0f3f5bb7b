#include <nlohmann/json.hpp>

#include "orchestrator/validation/validation_report.h"

namespace fanfold::validation {
namespace {

using Json = nlohmann::ordered_json;

Json place_json(const Finding& finding) {
  const FindingPlace& place = finding.place;
  Json json = {{"file", place.file},       {"line", place.line == 0 ? Json(nullptr) : Json(place.line)},
               {"element", place.element}, {"spectrum", nullptr},
               {"found", finding.found},   {"expected", finding.expected}};
  if (place.spectrum) json["spectrum"] = {{"index", place.spectrum->index}, {"id", place.spectrum->id}};
  return json;
}

Json group_json(const FindingGroup& group) {
  Json places = Json::array();
  for (const Finding& finding : group.first) places.push_back(place_json(finding));
  return {
      {"level", to_string(group.level)}, {"rule", group.rule}, {"count", group.count}, {"places", places}};
}

Json file_json(const Validation& validation) {
  const auto worst = validation.worst();
  Json findings = Json::array();
  for (const FindingGroup& group : validation.log.groups()) findings.push_back(group_json(group));
  return {{"file", validation.file},
          {"ibd", validation.ibd_file.empty() ? Json(nullptr) : Json(validation.ibd_file)},
          {"spectra", validation.spectra},
          {"worst", worst ? Json(to_string(*worst)) : Json(nullptr)},
          {"fatal", validation.log.count(Level::fatal)},
          {"errors", validation.log.count(Level::error)},
          {"warnings", validation.log.count(Level::warning)},
          {"findings", findings}};
}

}  // namespace

std::string to_json(std::span<const Validation> validations) {
  Json files = Json::array();
  for (const Validation& validation : validations) files.push_back(file_json(validation));
  return Json{{"files", files}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fanfold::validation
