// The dialect of INI that AWS tools write into ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/core/result.h"
#include "runtime/core/secret.h"

namespace fanfold::aws {

// One "name = value". A value that goes on over indented lines holds them joined by '\n'; where its first
// line is empty, indented lines of the form "name = value" are its nested properties.
struct IniProperty {
  std::string name;  // lower case
  Secret value;      // some are keys, and which ones nobody can tell
  std::vector<std::pair<std::string, Secret>> nested;
};

struct IniSection {
  std::string kind;                     // of "[profile lab]": "profile"; of "[lab]": empty
  std::string name;                     // "lab"; quotes are removed
  std::vector<IniProperty> properties;  // a name that comes twice: the last one counts, and is the only one

  const IniProperty* find(std::string_view property) const;
};

struct IniLimits {
  std::size_t max_bytes = std::size_t{1} << 20;
  std::size_t max_line_bytes = std::size_t{16} << 10;  // session tokens may have some thousands
  std::size_t max_sections = 4096;
  std::size_t max_properties = 8192;  // nested ones and lines of long values included
};

class IniFile {
 public:
  // Lines that begin with '#' or ';' are comments, and so is what follows a blank and '#' or ';' in a value.
  // Sections of the same kind and name are one. Error: corrupt_data with the number of the line and never its
  // text, for lines that are neither section, property nor continuation, NUL bytes and exceeded limits.
  static Result<IniFile> parse(std::string_view text, const IniLimits& limits = {});

  const IniSection* find(std::string_view kind, std::string_view name) const;
  const std::vector<IniSection>& sections() const { return m_sections; }

 private:
  std::vector<IniSection> m_sections;
};

}  // namespace fanfold::aws
