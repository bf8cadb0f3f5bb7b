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

constexpr std::size_t k_max_text_bytes = 4096;
constexpr std::array k_methods{CalibrationMethod::linear, CalibrationMethod::local};

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
bool is_number(const Row& row) {
  return is_integer(row) || std::holds_alternative<DoubleField>(row.field);
}

std::string range_text(const Row& row) {
  if (std::holds_alternative<BoolField>(row.field)) return "true or false";
  if (std::holds_alternative<TextField>(row.field)) return "the path or URI of a file";
  std::string text;
  if (std::holds_alternative<MethodField>(row.field)) {
    for (const CalibrationMethod method : k_methods) {
      text += (text.empty() ? "" : " or ") + std::string(to_string(method));
    }
    return text;
  }
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

// Of parameters that are words.
Status assign_words(const Row& row, std::string_view value, std::string_view where, Parameters& parameters) {
  if (const auto* text = std::get_if<TextField>(&row.field)) {
    if (value.size() > k_max_text_bytes) {
      return range_error(row, where, fmt::format("a text of {} bytes", value.size()));
    }
    (*text)(parameters) = value;
    return {};
  }
  const auto method = calibration_method_from_string(value);
  if (!method) return range_error(row, where, fmt::format("'{:.100}'", value));
  std::get<MethodField>(row.field)(parameters) = *method;
  return {};
}

Status assign_json(const Row& row, const Json& value, std::string_view where, Parameters& parameters) {
  if (const auto* flag = std::get_if<BoolField>(&row.field)) {
    if (!value.is_boolean()) return range_error(row, where, "a JSON " + std::string(value.type_name()));
    (*flag)(parameters) = value.get<bool>();
    return {};
  }
  if (!is_number(row) && value.is_string()) {
    return assign_words(row, value.get_ref<const std::string&>(), where, parameters);
  }
  if (!is_number(row) || !value.is_number()) {
    return range_error(row, where, "a JSON " + std::string(value.type_name()));
  }
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

Status read_section(const Json& section, const std::string& prefix, std::string_view where,
                    Parameters& parameters) {
  for (const auto& [key, value] : section.items()) {
    const std::string name = prefix + key;
    if (const Row* row = find_row(name)) {
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

std::string value_text(const Row& row, const Parameters& parameters) {
  struct Text {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(int value) const { return std::to_string(value); }
    std::string operator()(double value) const { return format_number(value); }
    std::string operator()(std::string value) const { return value; }
    std::string operator()(CalibrationMethod value) const { return std::string(to_string(value)); }
  };
  return std::visit([&](auto field) { return Text{}(get(field, parameters)); }, row.field);
}

template <typename AnyJson>
AnyJson to_any_json(const Parameters& parameters) {
  AnyJson out = AnyJson::object();
  for (const Row& row : rows()) {
    const std::size_t dot = row.name.find('.');
    AnyJson& place = dot == std::string_view::npos
                         ? out[std::string(row.name)]
                         : out[std::string(row.name.substr(0, dot))][std::string(row.name.substr(dot + 1))];
    if (std::holds_alternative<MethodField>(row.field)) {
      place = value_text(row, parameters);
      continue;
    }
    std::visit([&](auto field) { place = get(field, parameters); }, row.field);
  }
  return out;
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
  if (!is_number(row)) return assign_words(row, text, "", parameters);
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

std::string_view to_string(CalibrationMethod method) {
  return method == CalibrationMethod::local ? "local" : "linear";
}

std::optional<CalibrationMethod> calibration_method_from_string(std::string_view text) {
  for (const CalibrationMethod method : k_methods) {
    if (text == to_string(method)) return method;
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
  const Row* row = find_row(name);
  if (row == nullptr) return unknown_parameter(name, "");
  return assign_text(*row, text, parameters);
}

Status validate(const Parameters& parameters) {
  for (const Row& row : rows()) {
    if (!is_number(row)) continue;
    const auto* integer = std::get_if<IntField>(&row.field);
    const double value =
        integer ? get(*integer, parameters) : get(std::get<DoubleField>(row.field), parameters);
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
    std::string usual = value_text(row, Parameters{});
    if (usual.empty()) usual = "none";
    help.push_back({std::string(row.name), std::move(usual), range_text(row), std::string(row.meaning)});
  }
  return help;
}

}  // namespace fanfold
