#include "runtime/core/printable.h"

#include <algorithm>
#include <cstddef>

namespace fanfold {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool is_control(unsigned value) {
  return value < 0x20 || (value >= 0x7f && value <= 0x9f);
}

// Bytes of the UTF-8 sequence at the start of `text`, which is not empty; 1 where there is none. An overlong
// form is none: a terminal may take it for the control character that it spells.
std::size_t sequence_length(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0xc2 || lead > 0xf4) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (text.size() < length) return 1;
  const auto rest = text.substr(1, length - 1);
  if (!std::ranges::all_of(rest, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; })) {
    return 1;
  }
  const bool is_overlong =
      (lead == 0xe0 && byte_at(text, 1) < 0xa0) || (lead == 0xf0 && byte_at(text, 1) < 0x90);
  return is_overlong ? 1 : length;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const bool is_c1 = length == 2 && byte_at(text, 0) == 0xc2 && is_control(byte_at(text, 1));
    if (is_c1 || (length == 1 && is_control(byte_at(text, 0)))) {
      out += ' ';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace fanfold
