// Percent-encoding of one path segment (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fanfold {

// Everything but letters, digits and "-._~" is encoded.
std::string percent_encode(std::string_view text);
// Nothing for a '%' that two hex digits do not follow.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace fanfold
