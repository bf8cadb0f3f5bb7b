#include "orchestrator/validation/value_types.h"

namespace fanfold::validation {
namespace {

std::string_view collapsed(std::string_view text) {
  constexpr std::string_view k_space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(k_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_space) - first + 1);
}

// Removes digits from the front; their number.
std::size_t take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count;
}

bool take_sign(std::string_view& text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  return is_negative;
}

bool is_whole(std::string_view text) {
  take_sign(text);
  return take_digits(text) > 0 && text.empty();
}

bool is_whole_not_negative(std::string_view text) {
  const bool is_negative = take_sign(text);
  if (is_negative && text.find_first_not_of('0') != std::string_view::npos) return false;
  return take_digits(text) > 0 && text.empty();
}

bool is_real(std::string_view text) {
  if (text == "INF" || text == "-INF" || text == "NaN") return true;
  take_sign(text);
  std::size_t digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  return is_whole(text.substr(1));
}

}  // namespace

bool is_of_type(std::string_view text, imzml::TermValue type) {
  const std::string_view value = collapsed(text);
  switch (type) {
    case imzml::TermValue::whole:
      return is_whole(value);
    case imzml::TermValue::whole_not_negative:
      return is_whole_not_negative(value);
    case imzml::TermValue::real:
      return is_real(value);
    case imzml::TermValue::real_not_negative:
      return is_real(value) && (!value.starts_with('-') || value.find_first_of("123456789") == value.npos);
    case imzml::TermValue::truth:
      return value == "true" || value == "false" || value == "1" || value == "0";
    case imzml::TermValue::text:
    case imzml::TermValue::none:
      break;
  }
  return true;
}

}  // namespace fanfold::validation
