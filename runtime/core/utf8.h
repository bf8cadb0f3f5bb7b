// UTF-8 out of bytes that may be anything. Overlong forms, surrogates and what lies beyond U+10FFFF are none.
#pragma once

#include <cstddef>
#include <string_view>

namespace fanfold {

struct Utf8Sequence {
  char32_t point = 0xfffd;  // U+FFFD, the replacement character, where it is not valid
  std::size_t bytes = 1;    // 1 where it is not valid
  bool valid = false;
};

// That at the start of `text`. REQUIRES: text is not empty. Pure and thread-safe.
Utf8Sequence first_utf8_sequence(std::string_view text);

}  // namespace fanfold
