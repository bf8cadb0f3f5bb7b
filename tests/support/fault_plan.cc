#include "tests/support/fault_plan.h"

#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

namespace fanfold::support {
namespace {

std::optional<Fault> fault_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Fault>, 6> k_names{{
      {"kill_before_commit", Fault::kill_before_commit},
      {"hang_before_commit", Fault::hang_before_commit},
      {"exit", Fault::exit},
      {"throw_exception", Fault::throw_exception},
      {"answer_without_commit", Fault::answer_without_commit},
      {"hang_after_commit", Fault::hang_after_commit},
  }};
  for (const auto& [known, fault] : k_names) {
    if (known == name) return fault;
  }
  return std::nullopt;
}

std::optional<FaultPlan::Line> parse_line(const std::string& text) {
  std::istringstream words(text);
  FaultPlan::Line line;
  std::string cube;
  std::string fault;
  if (!(words >> line.stage >> cube >> line.attempts >> fault)) return std::nullopt;
  words >> line.path;
  const auto known = fault_of(fault);
  if (!known) return std::nullopt;
  line.fault = *known;
  if (cube == "*") return line;
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(cube.data(), cube.data() + cube.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != cube.data() + cube.size()) return std::nullopt;
  line.cube = number;
  return line;
}

}  // namespace

std::optional<FaultPlan> FaultPlan::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  FaultPlan plan;
  for (std::string text; std::getline(file, text);) {
    auto line = parse_line(text);
    if (!line) return std::nullopt;
    plan.lines.push_back(std::move(*line));
  }
  return plan;
}

const FaultPlan::Line* FaultPlan::find(const protocol::Event& event) const {
  for (const Line& line : lines) {
    const bool fits = (line.stage == "*" || line.stage == event.stage) &&
                      (!line.cube || *line.cube == event.cube) && event.attempt <= line.attempts;
    if (fits) return &line;
  }
  return nullptr;
}

}  // namespace fanfold::support
