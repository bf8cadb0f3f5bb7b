// The small words of HTTP/1.1 (RFC 9110, RFC 9112), for parsers of either side.
#pragma once

#include <cstdint>
#include <string_view>

namespace fanfold {

// A method or the name of a field.
bool is_http_token(std::string_view text);
// A field's value: no control bytes but the tab.
bool is_field_value(std::string_view text);
// Without blanks and tabs around it.
std::string_view trimmed_field(std::string_view text);
// Whether a comma-separated field holds `token`, in any case.
bool lists_token(std::string_view list, std::string_view token);
// Digits of `base` alone, no sign; false as well where 64 bits do not hold the number.
bool parse_http_number(std::string_view text, int base, std::uint64_t& value);

}  // namespace fanfold
