// Percent-encoding (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fanfold {

// For one path segment, or a name or value of a query: everything but letters, digits and "-._~" is encoded.
std::string percent_encode(std::string_view text);
// For a whole path, such as an object's key: '/' stays as well.
std::string percent_encode_path(std::string_view path);
// Nothing for a '%' that two hex digits do not follow.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace fanfold
