// Text from outside as Unicode. A store with bytes that are no UTF-8 cannot be read: of those, each becomes
// U+FFFD. Neither overlong forms nor surrogates are UTF-8. All functions are pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace fanfold {

std::string to_valid_utf8(std::string_view text);
std::u32string to_utf32(std::string_view text);

}  // namespace fanfold
