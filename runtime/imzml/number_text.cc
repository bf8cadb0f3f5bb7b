#include "runtime/imzml/number_text.h"

#include <charconv>
#include <cmath>

namespace fanfold::imzml {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(k_space);
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(k_space) - first + 1);
  // from_chars takes no plus sign.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

template <typename T>
std::optional<T> parse_all_of(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> parse_real(std::string_view text) {
  return parse_all_of<double>(trimmed(text));
}

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
  if (const auto number = parse_all_of<std::int64_t>(trimmed(text))) return number;
  const auto real = parse_real(text);
  constexpr double k_exact = 9007199254740992.0;  // 2^53: above it a double skips whole numbers
  if (!real || !(std::fabs(*real) <= k_exact) || std::trunc(*real) != *real) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

}  // namespace fanfold::imzml
