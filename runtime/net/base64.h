// Base64 as in RFC 4648, section 4, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fanfold {

std::string base64_encode(std::string_view bytes);
// Nothing for text that is not whole groups of the alphabet, correctly padded.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace fanfold
