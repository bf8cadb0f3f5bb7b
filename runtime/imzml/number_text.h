// Numbers as imzML writers put them into attributes. Independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fanfold::imzml {

// Surrounding white space aside, the whole text must be the number. "1.156e+09" is a whole number too, when
// exact.
std::optional<std::int64_t> parse_whole_number(std::string_view text);
// May be infinite or NaN, where the text says so.
std::optional<double> parse_real(std::string_view text);

}  // namespace fanfold::imzml
