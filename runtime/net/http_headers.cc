#include "runtime/net/http_headers.h"

#include <algorithm>

namespace fanfold {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
  for (const Field& field : m_fields) {
    if (equal_ignoring_case(field.first, name)) return std::string_view(field.second);
  }
  return std::nullopt;
}

std::string_view HttpHeaders::value_or_empty(std::string_view name) const {
  return find(name).value_or(std::string_view());
}

}  // namespace fanfold
