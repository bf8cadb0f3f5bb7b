#include "orchestrator/anndata/utf8.h"

#include <cstddef>

namespace fanfold {
namespace {

struct Sequence {
  char32_t point = 0xfffd;
  std::size_t bytes = 1;
  bool valid = false;
};

// That at the start of `text`, which is not empty.
Sequence first_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
  char32_t point = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    point = (point << 6) | (byte(i) & 0x3f);
  }
  constexpr char32_t k_smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < k_smallest[length] || point > 0x10ffff || is_surrogate) return {};
  return {point, length, true};
}

}  // namespace

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Sequence next = first_sequence(text);
    out += next.valid ? text.substr(0, next.bytes) : std::string_view("\xef\xbf\xbd");
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::u32string to_utf32(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const Sequence next = first_sequence(text);
    out += next.point;
    text.remove_prefix(next.bytes);
  }
  return out;
}

}  // namespace fanfold
