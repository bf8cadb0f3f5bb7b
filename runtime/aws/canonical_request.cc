#include "runtime/aws/canonical_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "runtime/core/digest.h"
#include "runtime/net/percent.h"

namespace fanfold::aws {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Without blanks at the ends, and one for each run of them within.
void append_trimmed(std::string_view value, std::string& into) {
  bool pending = false;
  bool any = false;
  for (const char c : value) {
    if (is_blank(c)) {
      pending = any;
      continue;
    }
    if (pending) into.push_back(' ');
    into.push_back(c);
    pending = false;
    any = true;
  }
}

template <typename Take>
void split(std::string_view text, char separator, Take take) {
  while (true) {
    const std::size_t end = std::min(text.find(separator), text.size());
    take(text.substr(0, end));
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  split(path, '/', [&](std::string_view segment) {
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
  });
  std::string normal = "/";
  for (const std::string_view segment : kept) normal.append(segment).push_back('/');
  if (!kept.empty() && !path.ends_with('/')) normal.pop_back();
  return normal;
}

std::string encoded_once(std::string_view text) {
  const std::optional<std::string> decoded = percent_decode(text);
  return percent_encode(decoded ? *decoded : text);
}

struct CanonicalHeaders {
  std::string lines;
  std::string names;
};

CanonicalHeaders canonical_headers(std::span<const HeaderField> headers) {
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : headers) {
    const auto [entry, is_new] = values.try_emplace(lower_case(name));
    if (!is_new) entry->second.push_back(',');
    append_trimmed(value, entry->second);
  }
  CanonicalHeaders canonical;
  for (const auto& [name, value] : values) {
    canonical.lines.append(name).append(":").append(value).append("\n");
    if (!canonical.names.empty()) canonical.names.push_back(';');
    canonical.names.append(name);
  }
  return canonical;
}

}  // namespace

std::string canonical_path(std::string_view path, PathRule rule) {
  if (path.empty()) return "/";
  return rule == PathRule::as_sent ? std::string(path) : percent_encode_path(without_dot_segments(path));
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  split(query, '&', [&](std::string_view parameter) {
    if (parameter.empty()) return;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    parameters.emplace_back(encoded_once(parameter.substr(0, equals)), encoded_once(value));
  });
  std::sort(parameters.begin(), parameters.end());
  std::string canonical;
  for (const auto& [name, value] : parameters) {
    if (!canonical.empty()) canonical.push_back('&');
    canonical.append(name).append("=").append(value);
  }
  return canonical;
}

CanonicalRequest canonical_request(const CanonicalInput& input, PathRule rule) {
  CanonicalHeaders headers = canonical_headers(input.headers);
  return {fmt::format("{}\n{}\n{}\n{}\n{}\n{}", input.method, canonical_path(input.path, rule),
                      canonical_query(input.query), headers.lines, headers.names, input.payload_hash),
          std::move(headers.names)};
}

std::string string_to_sign(std::string_view timestamp, std::string_view scope,
                           std::string_view canonical_request) {
  return fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", timestamp, scope,
                     sha256_hex(as_byte_span(canonical_request)));
}

}  // namespace fanfold::aws
