#include "runtime/net/redaction.h"

#include <algorithm>
#include <array>

#include "runtime/net/percent.h"

namespace fanfold {
namespace {

constexpr std::size_t k_shortest_secret = 4;

constexpr std::array<std::string_view, 8> k_secret_parameters{
    "x-amz-signature", "x-amz-security-token", "x-amz-credential", "x-amz-s3session-token", "awsaccesskeyid",
    "signature",       "securitytoken",        "webidentitytoken"};

constexpr std::array<std::string_view, 10> k_secret_headers{
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-amz-security-token",
    "x-amz-s3session-token",
    "x-aws-ec2-metadata-token",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
    "x-amz-signature"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return equal_ignoring_case(known, name); });
}

bool is_secret_parameter(std::string_view encoded_name) {
  // A name that cannot be decoded is not one of ours, and may be anything.
  const std::optional<std::string> name = percent_decode(encoded_name);
  return !name || is_one_of(k_secret_parameters, *name);
}

void append_redacted_query(std::string_view query, std::string& into) {
  while (true) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && is_secret_parameter(parameter.substr(0, equals))) {
      into.append(parameter.substr(0, equals + 1)).append(k_redacted);
    } else {
      into.append(parameter);
    }
    if (end == query.size()) return;
    into.push_back('&');
    query.remove_prefix(end + 1);
  }
}

}  // namespace

std::string redacted_url(std::string_view url) {
  const std::size_t question = std::min(url.find('?'), url.size());
  std::string_view address = url.substr(0, question);
  std::string redacted;
  redacted.reserve(url.size() + k_redacted.size());
  const std::size_t scheme_end = address.find("://");
  if (scheme_end != std::string_view::npos) {
    const std::size_t host = scheme_end + 3;
    const std::string_view authority = address.substr(host, address.find('/', host) - host);
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
      redacted.append(address.substr(0, host)).append(k_redacted);
      address.remove_prefix(host + at);
    }
  }
  redacted.append(address);
  if (question == url.size()) return redacted;
  redacted.push_back('?');
  append_redacted_query(url.substr(question + 1), redacted);
  return redacted;
}

bool is_secret_header(std::string_view name) {
  return is_one_of(k_secret_headers, name);
}

std::string redacted_header(std::string_view name, std::string_view value) {
  return std::string(name).append(": ").append(is_secret_header(name) ? k_redacted : value);
}

std::string without_secrets(std::string_view text, std::initializer_list<std::string_view> secrets) {
  std::string clean(text);
  for (const std::string_view secret : secrets) {
    if (secret.size() < k_shortest_secret) continue;
    for (std::size_t at = clean.find(secret); at != std::string::npos;
         at = clean.find(secret, at + k_redacted.size())) {
      clean.replace(at, secret.size(), k_redacted);
    }
  }
  return clean;
}

std::string one_line(std::string_view text, std::size_t max_bytes) {
  std::string line(text.substr(0, max_bytes));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (text.size() > max_bytes) line.append("...");
  return line;
}

}  // namespace fanfold
