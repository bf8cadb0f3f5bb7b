#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/checking/checking.h"

namespace fanfold::checking {
namespace {

using Json = nlohmann::ordered_json;

std::string_view mark(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::note:
      return "note";
    case Outcome::failed:
      return "FAIL";
    case Outcome::skipped:
      return "--";
  }
  return {};
}

std::size_t count(std::span<const Finding> findings, Outcome outcome) {
  return static_cast<std::size_t>(std::ranges::count(findings, outcome, &Finding::outcome));
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::note:
      return "note";
    case Outcome::failed:
      return "failed";
    case Outcome::skipped:
      return "skipped";
  }
  return {};
}

std::string to_text(const Finding& finding) {
  const std::string_view not_tried = finding.outcome == Outcome::skipped ? "not tried: " : "";
  return fmt::format("{:<5}{}: {}{}\n", mark(finding.outcome), finding.what, not_tried, finding.detail);
}

std::string to_json(std::span<const Finding> findings) {
  Json checks = Json::array();
  for (const Finding& finding : findings) {
    checks.push_back({{"outcome", to_string(finding.outcome)},
                      {"what", finding.what},
                      {"detail", finding.detail},
                      {"kind", finding.kind ? Json(to_string(*finding.kind)) : Json(nullptr)}});
  }
  const Json json{{"passed", count(findings, Outcome::failed) == 0}, {"checks", checks}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string summary(std::span<const Finding> findings) {
  return fmt::format("{} of {} checks failed, {} not tried", count(findings, Outcome::failed),
                     findings.size(), count(findings, Outcome::skipped));
}

}  // namespace fanfold::checking
