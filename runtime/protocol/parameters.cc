#include "runtime/protocol/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/core/nearest_name.h"
#include "runtime/protocol/parameters_table.h"

namespace fanfold {

using namespace parameters_detail;
using Json = nlohmann::json;

namespace {

// The original can calibrate masses with a person at its window. Job files may carry the switch, turned off.
constexpr std::string_view k_mass_calibration = "massCalibration";

// The shortest text that reads back as the same number, whole numbers without an exponent.
std::string format_number(double number) {
  std::array<char, 32> text{};
  const bool whole = number == std::floor(number) && std::fabs(number) < 1e15;
  const auto end =
      whole ? std::to_chars(text.data(), text.data() + text.size(), static_cast<long long>(number)).ptr
            : std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

bool is_integer(const Row& row) {
  return std::holds_alternative<IntField>(row.field);
}
bool is_switch(const Row& row) {
  return std::holds_alternative<BoolField>(row.field);
}

std::string range_text(const Row& row) {
  if (is_switch(row)) return "true or false";
  std::string text;
  if (row.range.step > 1) {
    const auto last = static_cast<int>(row.range.high);
    for (int v = static_cast<int>(row.range.low); v <= last; v += row.range.step) {
      text += (text.empty() ? "" : v + row.range.step > last ? " or " : ", ") + std::to_string(v);
    }
  } else if (row.range.lowest == Lowest::excluded) {
    text = "above " + format_number(row.range.low) + ", up to " + format_number(row.range.high);
  } else {
    text = format_number(row.range.low) + " to " + format_number(row.range.high);
  }
  return row.unit.empty() ? text : text + " " + std::string(row.unit);
}

bool in_range(const Row& row, double value) {
  const Range& range = row.range;
  // The negated form refuses NaN too.
  if (!(value >= range.low && value <= range.high)) return false;
  if (range.lowest == Lowest::excluded && value == range.low) return false;
  if (is_integer(row) && value != std::floor(value)) return false;
  return range.step == 1 || std::fmod(value - range.low, range.step) == 0.0;
}

Error range_error(const Row& row, std::string_view where, std::string_view found) {
  return make_error(ErrorKind::invalid_argument, "{}{} is {}; it must be {}{}", where, row.name, found,
                    is_integer(row) && row.range.step == 1 ? "a whole number, " : "", range_text(row));
}

// `where` is empty or ends in a separator, so that where + name reads as a path.
Status assign_number(const Row& row, double value, std::string_view where, Parameters& parameters) {
  if (!in_range(row, value)) return range_error(row, where, format_number(value));
  if (const auto* integer = std::get_if<IntField>(&row.field)) {
    (*integer)(parameters) = static_cast<int>(value);
  } else {
    std::get<DoubleField>(row.field)(parameters) = value;
  }
  return {};
}

Status assign_json(const Row& row, const Json& value, std::string_view where, Parameters& parameters) {
  if (const auto* flag = std::get_if<BoolField>(&row.field)) {
    if (!value.is_boolean()) return range_error(row, where, "a JSON " + std::string(value.type_name()));
    (*flag)(parameters) = value.get<bool>();
    return {};
  }
  if (!value.is_number()) return range_error(row, where, "a JSON " + std::string(value.type_name()));
  return assign_number(row, value.get<double>(), where, parameters);
}

const Row* find_row(std::string_view name) {
  const auto found =
      std::find_if(rows().begin(), rows().end(), [&](const Row& row) { return row.name == name; });
  return found == rows().end() ? nullptr : &*found;
}

Error unknown_parameter(std::string_view name, std::string_view where) {
  std::vector<std::string_view> known;
  for (const Row& row : rows()) known.push_back(row.name);
  // A word without a dot may be meant for a section.
  for (const Row& row : rows()) {
    if (name.find('.') == std::string_view::npos) known.push_back(row.name.substr(0, row.name.find('.')));
  }
  return make_error(ErrorKind::invalid_argument, "{}{} is not a parameter; did you mean {}?", where, name,
                    nearest_name(name, known));
}

bool is_section(std::string_view name) {
  return std::any_of(rows().begin(), rows().end(), [&](const Row& row) {
    return row.name.size() > name.size() && row.name.starts_with(name) && row.name[name.size()] == '.';
  });
}

Status check_mass_calibration(const Json& value, std::string_view where) {
  if (value.is_boolean() && !value.get<bool>()) return {};
  return make_error(
      ErrorKind::invalid_argument,
      "{}{} is {}; mass calibration needs a person at a window and is not part of this program: "
      "set it to false or leave it out",
      where, k_mass_calibration, value.dump());
}

Status read_section(const Json& section, const std::string& prefix, std::string_view where,
                    Parameters& parameters) {
  for (const auto& [key, value] : section.items()) {
    const std::string name = prefix + key;
    if (name == k_mass_calibration) {
      FANFOLD_TRY(check_mass_calibration(value, where));
    } else if (const Row* row = find_row(name)) {
      FANFOLD_TRY(assign_json(*row, value, where, parameters));
    } else if (prefix.empty() && is_section(name)) {
      if (!value.is_object()) {
        return make_error(ErrorKind::invalid_argument, "{}{} is a JSON {}; an object is expected", where,
                          name, value.type_name());
      }
      FANFOLD_TRY(read_section(value, name + ".", where, parameters));
    } else {
      return unknown_parameter(name, where);
    }
  }
  return {};
}

template <typename AnyJson>
AnyJson to_any_json(const Parameters& parameters) {
  AnyJson out = AnyJson::object();
  for (const Row& row : rows()) {
    const std::size_t dot = row.name.find('.');
    AnyJson& place = dot == std::string_view::npos
                         ? out[std::string(row.name)]
                         : out[std::string(row.name.substr(0, dot))][std::string(row.name.substr(dot + 1))];
    std::visit([&](auto field) { place = get(field, parameters); }, row.field);
  }
  return out;
}

std::string value_text(const Row& row, const Parameters& parameters) {
  if (const auto* flag = std::get_if<BoolField>(&row.field)) return get(*flag, parameters) ? "true" : "false";
  if (const auto* integer = std::get_if<IntField>(&row.field))
    return std::to_string(get(*integer, parameters));
  return format_number(get(std::get<DoubleField>(row.field), parameters));
}

std::string_view without_prefixes(std::string_view name) {
  for (const std::string_view prefix : {"params.", "preprocessing."}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  return name;
}

Status assign_text(const Row& row, std::string_view text, Parameters& parameters) {
  if (const auto* flag = std::get_if<BoolField>(&row.field)) {
    if (text != "true" && text != "false") return range_error(row, "", "'" + std::string(text) + "'");
    (*flag)(parameters) = text == "true";
    return {};
  }
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return range_error(row, "", "'" + std::string(text) + "'");
  }
  return assign_number(row, value, "", parameters);
}

}  // namespace

std::string_view to_string(Compat compat) {
  return compat == Compat::rmsi2 ? "rmsi2" : "none";
}

std::optional<Compat> compat_from_string(std::string_view text) {
  for (const Compat compat : {Compat::none, Compat::rmsi2}) {
    if (text == to_string(compat)) return compat;
  }
  return std::nullopt;
}

Result<Parameters> parameters_from_json(const Json& preprocessing, std::string_view where) {
  if (!preprocessing.is_object()) {
    return make_error(ErrorKind::invalid_argument, "{} is a JSON {}; an object is expected", where,
                      preprocessing.type_name());
  }
  Parameters parameters;
  FANFOLD_TRY(read_section(preprocessing, "", std::string(where) + ".", parameters));
  if (auto valid = validate(parameters); !valid) return valid.error().with_context(where);
  return parameters;
}

Json parameters_to_json(const Parameters& parameters) {
  return to_any_json<Json>(parameters);
}
nlohmann::ordered_json parameters_to_ordered_json(const Parameters& parameters) {
  return to_any_json<nlohmann::ordered_json>(parameters);
}

Status set_parameter(Parameters& parameters, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    return make_error(ErrorKind::invalid_argument, "'{}' sets nothing; write NAME=VALUE, such as {}",
                      assignment, "alignment.maxShiftppm=300");
  }
  const std::string_view name = without_prefixes(assignment.substr(0, equals));
  const std::string_view text = assignment.substr(equals + 1);
  if (name == k_mass_calibration) return check_mass_calibration(Json(text == "false" ? false : true), "");
  const Row* row = find_row(name);
  if (row == nullptr) return unknown_parameter(name, "");
  return assign_text(*row, text, parameters);
}

Status validate(const Parameters& parameters) {
  for (const Row& row : rows()) {
    if (is_switch(row)) continue;
    const double value =
        std::visit([&](auto field) { return static_cast<double>(get(field, parameters)); }, row.field);
    if (!in_range(row, value)) return range_error(row, "", format_number(value));
  }
  const Parameters::Alignment& alignment = parameters.alignment;
  if (!alignment.enable) return {};
  const bool mid_between = alignment.ref_low < alignment.ref_mid && alignment.ref_mid < alignment.ref_high;
  if (alignment.ref_low < alignment.ref_high && (mid_between || !alignment.bilinear)) return {};
  return make_error(ErrorKind::invalid_argument,
                    "alignment.refLow, refMid and refHigh are {}, {} and {}; {} must ascend",
                    format_number(alignment.ref_low), format_number(alignment.ref_mid),
                    format_number(alignment.ref_high), alignment.bilinear ? "they" : "refLow and refHigh");
}

std::vector<std::pair<std::string, std::string>> parameter_values(const Parameters& parameters) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const Row& row : rows()) values.emplace_back(std::string(row.name), value_text(row, parameters));
  return values;
}

std::vector<ParameterHelp> parameter_help() {
  std::vector<ParameterHelp> help;
  for (const Row& row : rows()) {
    help.push_back(
        {std::string(row.name), value_text(row, Parameters{}), range_text(row), std::string(row.meaning)});
  }
  return help;
}

}  // namespace fanfold
