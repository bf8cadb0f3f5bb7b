// The one list of all parameters. Private to the sources of parameters.h.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "runtime/protocol/parameters.h"

namespace fanfold::parameters_detail {

using BoolField = bool& (*)(Parameters&);
using IntField = int& (*)(Parameters&);
using DoubleField = double& (*)(Parameters&);
using TextField = std::string& (*)(Parameters&);
using MethodField = CalibrationMethod& (*)(Parameters&);

enum class Lowest : std::uint8_t { included, excluded };

struct Range {
  double low = 0;
  double high = 0;
  Lowest lowest = Lowest::included;
  int step = 1;  // integers: low, low + step, ...
};

struct Row {
  std::string_view name;  // below params.preprocessing, sections separated by dots
  std::variant<BoolField, IntField, DoubleField, TextField, MethodField> field;
  Range range;  // of numbers
  std::string_view unit;
  std::string_view meaning;
};

std::span<const Row> rows();

// Reading through the row without a copy of the cast at every caller.
template <typename Field>
auto get(Field field, const Parameters& parameters) {
  return field(const_cast<Parameters&>(parameters));
}

}  // namespace fanfold::parameters_detail
