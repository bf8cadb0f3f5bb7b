#include "runtime/storage/uri.h"

#include <algorithm>

namespace fanfold {
namespace {

constexpr std::size_t k_max_key_bytes = 1024;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "s3" of "s3://bucket"; empty where the text is a path.
std::string_view scheme_of(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos || end == 0 || !is_letter(text.front())) return {};
  const std::string_view scheme = text.substr(0, end);
  const bool plain = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '.' || c == '-';
  });
  return plain ? scheme : std::string_view{};
}

bool is_bucket_name(std::string_view name) {
  const auto lower_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c); };
  if (name.size() < 3 || name.size() > 63) return false;
  if (!lower_or_digit(name.front()) || !lower_or_digit(name.back())) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return lower_or_digit(c) || c == '.' || c == '-'; });
}

Result<Uri> parse_s3(std::string_view text, std::string_view rest) {
  const auto slash = rest.find('/');
  Uri uri{UriScheme::s3, std::string(rest.substr(0, slash)), {}};
  if (slash != std::string_view::npos) uri.path = rest.substr(slash + 1);
  if (!is_bucket_name(uri.bucket)) {
    return make_error(ErrorKind::invalid_argument,
                      "'{}' names no S3 bucket (3 to 63 lower-case letters, digits, '.' and '-'): write "
                      "s3://bucket/key",
                      text);
  }
  if (uri.path.size() > k_max_key_bytes) {
    return make_error(ErrorKind::invalid_argument, "the key of '{}' is longer than {} bytes, the most S3 has",
                      text, k_max_key_bytes);
  }
  return uri;
}

}  // namespace

Result<Uri> Uri::parse(std::string_view text) {
  if (text.empty()) return make_error(ErrorKind::invalid_argument, "a path or an s3:// URI is empty");
  if (text.find('\0') != std::string_view::npos) {
    return make_error(ErrorKind::invalid_argument, "a path or URI holds a zero byte");
  }
  const std::string_view scheme = scheme_of(text);
  if (scheme.empty()) return Uri::local(std::string(text));
  const std::string_view rest = text.substr(scheme.size() + 3);
  if (scheme == "s3") return parse_s3(text, rest);
  if (scheme == "file" && rest.starts_with('/')) return Uri::local(std::string(rest));
  return make_error(ErrorKind::invalid_argument,
                    "'{}' is neither a local path nor s3://bucket/key nor file:///path", text);
}

std::string Uri::name() const {
  return is_local() ? path : fmt::format("s3://{}/{}", bucket, path);
}

Uri Uri::join(std::string_view child) const {
  Uri joined = *this;
  if (child.empty()) return joined;
  if (!joined.path.empty() && joined.path.back() != '/') joined.path += '/';
  joined.path += child;
  return joined;
}

Uri Uri::parent() const {
  Uri folder = *this;
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) {
    folder.path = is_local() ? "." : "";
  } else if (slash == 0 && is_local()) {
    folder.path = "/";
  } else {
    folder.path.resize(slash);
  }
  return folder;
}

std::string_view Uri::file_name() const {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string_view(path) : std::string_view(path).substr(slash + 1);
}

Uri Uri::with_file_name(std::string_view name) const {
  Uri changed = *this;
  changed.path.resize(path.size() - file_name().size());
  changed.path += name;
  return changed;
}

}  // namespace fanfold
