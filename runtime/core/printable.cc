#include "runtime/core/printable.h"

#include "runtime/core/utf8.h"

namespace fanfold {
namespace {

bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7f && value <= 0x9f);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Utf8Sequence next = first_utf8_sequence(text);
    const char32_t value = next.valid ? next.point : static_cast<unsigned char>(text.front());
    out += is_control(value) ? std::string_view(" ") : text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
  }
  return out;
}

}  // namespace fanfold
