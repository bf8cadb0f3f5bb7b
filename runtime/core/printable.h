// Text from outside, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace fanfold {

// A terminal must not obey a file: control characters, C0, DEL and C1, become a space each, whether C1 is
// UTF-8 (U+0080 to U+009F) or a bare byte that belongs to no UTF-8 sequence. The rest stays as it is, other
// bytes that are no UTF-8 included. Pure and thread-safe.
std::string printable(std::string_view text);

}  // namespace fanfold
