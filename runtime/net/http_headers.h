// Header fields of an HTTP message, in the order they came.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanfold {

// Equality of ASCII text in any case.
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Names compare in any case; a name may occur more than once.
class HttpHeaders {
 public:
  using Field = std::pair<std::string, std::string>;

  void add(std::string_view name, std::string_view value) { m_fields.emplace_back(name, value); }
  void clear() { m_fields.clear(); }
  // The first field of that name; views stay valid until the object changes.
  std::optional<std::string_view> find(std::string_view name) const;
  // The same, with absent and empty alike.
  std::string_view value_or_empty(std::string_view name) const;
  const std::vector<Field>& fields() const { return m_fields; }

 private:
  std::vector<Field> m_fields;
};

}  // namespace fanfold
