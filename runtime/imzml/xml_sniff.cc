#include "runtime/imzml/xml_sniff.h"

#include <algorithm>
#include <string>

namespace fanfold::imzml {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool is_utf16(std::string_view text) {
  return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
         text.starts_with(std::string_view("<\0", 2)) || text.starts_with(std::string_view("\0<", 2));
}

// Bytes of the sequence that `lead` begins, 0 where it begins none.
std::size_t utf8_sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

// A sequence that the end cuts off counts as valid.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_sequence_length(static_cast<unsigned char>(text[i]));
    if (length == 0) return false;
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace

bool is_lfs_pointer(Bytes head) {
  return as_text(head).starts_with("version https://git-lfs");
}

Status check_begins_like_xml(Bytes head, std::string_view name) {
  std::string_view text = as_text(head);
  const auto refuse = [&](std::string_view found) -> Status {
    return make_error(ErrorKind::corrupt_data, "'{}' is not an imzML document: {}", name, found);
  };
  if (text.empty()) return refuse("it is empty; copy it again");
  if (is_lfs_pointer(head)) return refuse("it is a Git LFS pointer; fetch the file itself (git lfs pull)");
  if (text.starts_with("\x1f\x8b")) return refuse("it is gzip within gzip; unpack it once");
  if (text.starts_with("PK\x03\x04")) return refuse("it is a ZIP archive; unpack it first");
  if (is_utf16(text)) return {};
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const std::string start = lower_case(text.substr(0, 16));
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) {
    return refuse("it is a web page, perhaps an error page of the download; download the file again");
  }
  if (!start.starts_with('<')) return refuse("it does not begin with '<'; give the .imzML file");
  return {};
}

bool is_mislabelled_latin1(Bytes head) {
  const std::string_view text = as_text(head);
  if (is_utf16(text) || is_utf8(text)) return false;
  const std::string declaration = lower_case(text.substr(0, text.find("?>")));
  if (!declaration.starts_with("<?xml")) return true;
  return declaration.find("encoding") == std::string::npos || declaration.find("utf-8") != std::string::npos;
}

}  // namespace fanfold::imzml
