#include "orchestrator/anndata/utf8.h"

#include "runtime/core/utf8.h"

namespace fanfold {

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Utf8Sequence next = first_utf8_sequence(text);
    out += next.valid ? text.substr(0, next.bytes) : std::string_view("\xef\xbf\xbd");
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::u32string to_utf32(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const Utf8Sequence next = first_utf8_sequence(text);
    out += next.point;
    text.remove_prefix(next.bytes);
  }
  return out;
}

}  // namespace fanfold
