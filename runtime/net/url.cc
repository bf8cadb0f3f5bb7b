#include "runtime/net/url.h"

#include <algorithm>
#include <charconv>

#include "runtime/net/redaction.h"

namespace fanfold {
namespace {

constexpr std::uint16_t k_http_port = 80;
constexpr std::uint16_t k_https_port = 443;

std::uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? k_https_port : k_http_port;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_bracketed_address(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(),
                                      [](char c) { return is_alphanumeric(c) || c == ':' || c == '.'; });
}

Error url_error(std::string_view text, std::string_view reason) {
  return make_error(ErrorKind::invalid_argument, "'{}' is not a URL that can be used: {}",
                    redacted_url(text.substr(0, text.find('?'))), reason);
}

struct HostAndPort {
  std::string_view host;
  std::string_view port;
  bool well_formed = true;
};

HostAndPort split_authority(std::string_view authority) {
  HostAndPort parts;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {{}, {}, false};
    parts.host = authority.substr(1, end - 1);
    parts.well_formed = is_bracketed_address(parts.host);
    rest = authority.substr(end + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    parts.host = authority.substr(0, colon);
    parts.well_formed = is_host_name(parts.host);
    rest = authority.substr(colon);
  }
  if (rest.empty()) return parts;
  parts.port = rest.substr(1);
  parts.well_formed = parts.well_formed && rest.starts_with(':') && !parts.port.empty();
  return parts;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  Url url;
  url.scheme = lower_case(text.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end));
  if (url.scheme != "http" && url.scheme != "https") {
    return url_error(text, "it has to begin with http:// or https://");
  }
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!clean) return url_error(text, "it holds a blank, a control byte or a byte that is not ASCII");
  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  if (authority.find('@') != std::string_view::npos) return url_error(text, "it holds a user name");
  const HostAndPort parts = split_authority(authority);
  if (!parts.well_formed) return url_error(text, "its host or port is malformed");
  url.host = lower_case(parts.host);
  url.port = default_port(url.scheme);
  if (!parts.port.empty()) {
    const char* const end = parts.port.data() + parts.port.size();
    const auto [stop, error] = std::from_chars(parts.port.data(), end, url.port);
    if (error != std::errc() || stop != end || url.port == 0) return url_error(text, "its port is not one");
  }
  const std::size_t question = std::min(rest.find('?'), rest.size());
  url.path = question == 0 ? "/" : std::string(rest.substr(0, question));
  if (question < rest.size()) url.query = rest.substr(question + 1);
  return url;
}

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == default_port(scheme) ? name : fmt::format("{}:{}", name, port);
}

std::string Url::to_string() const {
  return fmt::format("{}://{}{}{}{}", scheme, authority(), path, query.empty() ? "" : "?", query);
}

}  // namespace fanfold
