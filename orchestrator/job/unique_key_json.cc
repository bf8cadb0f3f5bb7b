#include "orchestrator/job/unique_key_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace fanfold {
namespace {

using Json = nlohmann::json;

constexpr int k_max_depth = 32;

Error syntax_error(std::string_view text, std::string_view name, const Json::parse_error& problem) {
  const std::string_view before = text.substr(0, problem.byte == 0 ? 0 : problem.byte - 1);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.find_last_of('\n');
  const std::size_t column =
      line_start == std::string_view::npos ? before.size() + 1 : before.size() - line_start;
  std::string what = problem.what();
  // The library's text starts with its own number and position; the sentence after the last ": " of them is
  // for people.
  if (const std::size_t start = what.find("syntax error"); start != std::string::npos) what.erase(0, start);
  return make_error(ErrorKind::invalid_argument, "{} is not valid JSON, line {}, column {}: {}", name, line,
                    column, what);
}

}  // namespace

Result<Json> parse_unique_key_json(std::string_view text, std::string_view name) {
  std::vector<std::set<std::string>> open_objects;
  std::string repeated;
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > k_max_depth) too_deep = true;
    if (event == Json::parse_event_t::object_start) open_objects.emplace_back();
    if (event == Json::parse_event_t::object_end) open_objects.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!open_objects.back().insert(key).second && repeated.empty()) repeated = key;
    }
    return !too_deep;
  };
  try {
    Json document = Json::parse(text, watch);
    if (too_deep) {
      return make_error(ErrorKind::invalid_argument, "{} is nested deeper than {} levels", name, k_max_depth);
    }
    if (!repeated.empty()) {
      return make_error(ErrorKind::invalid_argument,
                        "{}: the key '{}' stands twice in one object; remove one of them", name, repeated);
    }
    return document;
  } catch (const Json::parse_error& problem) {
    return syntax_error(text, name, problem);
  } catch (const Json::exception& problem) {
    // A number beyond the range of a double is not an error of syntax.
    return make_error(ErrorKind::invalid_argument, "{} is not valid JSON: {}", name, problem.what());
  }
}

}  // namespace fanfold
