#include "runtime/aws/ini_file.h"

#include <algorithm>

namespace fanfold::aws {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// A key may hold '#' and ';', so a comment needs a blank before it.
std::string_view without_comment(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts = text[at] == '#' || text[at] == ';';
    if (starts && (at == 0 || is_blank(text[at - 1]))) return text.substr(0, at);
  }
  return text;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

class Parser {
 public:
  Parser(const IniLimits& limits, std::vector<IniSection>& sections)
      : m_limits(limits), m_sections(sections) {}

  Status take_line(std::string_view line) {
    ++m_line;
    if (line.size() > m_limits.max_line_bytes) {
      return error(fmt::format("is longer than {} bytes", m_limits.max_line_bytes));
    }
    if (line.find('\0') != std::string_view::npos) return error("holds a NUL byte");
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') return {};
    if (is_blank(line.front())) return take_continuation(trimmed(without_comment(text)));
    if (text.front() == '[') return take_section(text);
    return take_property(text);
  }

 private:
  Error error(std::string_view what) const {
    return make_error(ErrorKind::corrupt_data, "line {} {}", m_line, what);
  }

  Status take_section(std::string_view text) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return error("opens a section without closing it by ']'");
    const std::string_view rest = trimmed(without_comment(trimmed(text.substr(end + 1))));
    if (!rest.empty()) return error("goes on behind the ']' of a section");
    const std::string_view words = trimmed(text.substr(1, end - 1));
    const std::size_t gap = words.find_first_of(" \t");
    const bool quoted = !words.empty() && (words.front() == '"' || words.front() == '\'');
    const bool has_kind = gap != std::string_view::npos && !quoted;
    const std::string_view kind = has_kind ? words.substr(0, gap) : std::string_view();
    const std::string_view name = unquoted(trimmed(has_kind ? words.substr(gap) : words));
    if (name.empty()) return error("opens a section without a name");
    return open_section(kind, name);
  }

  Status open_section(std::string_view kind, std::string_view name) {
    m_property = k_none;
    const auto known = std::find_if(m_sections.begin(), m_sections.end(), [&](const IniSection& section) {
      return section.kind == kind && section.name == name;
    });
    m_section = static_cast<std::size_t>(known - m_sections.begin());
    if (known != m_sections.end()) return {};
    if (m_sections.size() >= m_limits.max_sections) {
      return error(fmt::format("opens more than {} sections", m_limits.max_sections));
    }
    m_sections.push_back({std::string(kind), std::string(name), {}});
    return {};
  }

  Status take_property(std::string_view text) {
    if (m_section == k_none) return error("stands before the first section");
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return error("is neither a section nor of the form name = value");
    const std::string name = lower_case(trimmed(text.substr(0, equals)));
    if (name.empty()) return error("has no name before its '='");
    FANFOLD_TRY(count_one());
    std::vector<IniProperty>& properties = m_sections[m_section].properties;
    std::erase_if(properties, [&](const IniProperty& property) { return property.name == name; });
    m_property = properties.size();
    properties.push_back({name, Secret(trimmed(without_comment(trimmed(text.substr(equals + 1))))), {}});
    m_is_nesting = properties.back().value.empty();
    return {};
  }

  Status take_continuation(std::string_view text) {
    if (m_property == k_none) return error("is indented, but there is nothing that it could continue");
    FANFOLD_TRY(count_one());
    IniProperty& property = m_sections[m_section].properties[m_property];
    if (!m_is_nesting) {
      std::string joined(property.value.reveal());
      const WipeAtEnd wipe(joined);
      joined.append("\n").append(text);
      if (joined.size() > m_limits.max_line_bytes) return error("makes a value too long");
      property.value = Secret(joined);
      return {};
    }
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return error("is indented and not of the form name = value");
    const std::string name = lower_case(trimmed(text.substr(0, equals)));
    if (name.empty()) return error("has no name before its '='");
    std::erase_if(property.nested, [&](const auto& entry) { return entry.first == name; });
    property.nested.emplace_back(name, Secret(trimmed(text.substr(equals + 1))));
    return {};
  }

  Status count_one() {
    if (++m_properties <= m_limits.max_properties) return {};
    return error(fmt::format("is one more than the {} values allowed", m_limits.max_properties));
  }

  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  const IniLimits& m_limits;
  std::vector<IniSection>& m_sections;
  std::size_t m_line = 0;
  std::size_t m_properties = 0;
  std::size_t m_section = k_none;   // index of the open one
  std::size_t m_property = k_none;  // index, in it, of what an indented line continues
  bool m_is_nesting = false;
};

}  // namespace

const IniProperty* IniSection::find(std::string_view property) const {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [&](const IniProperty& candidate) { return candidate.name == property; });
  return found == properties.end() ? nullptr : &*found;
}

Result<IniFile> IniFile::parse(std::string_view text, const IniLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return make_error(ErrorKind::corrupt_data, "it is longer than the {} bytes allowed", limits.max_bytes);
  }
  constexpr std::string_view k_byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(k_byte_order_mark)) text.remove_prefix(k_byte_order_mark.size());
  IniFile file;
  Parser parser(limits, file.m_sections);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    FANFOLD_TRY(parser.take_line(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return file;
}

const IniSection* IniFile::find(std::string_view kind, std::string_view name) const {
  const auto found = std::find_if(m_sections.begin(), m_sections.end(), [&](const IniSection& section) {
    return section.kind == kind && section.name == name;
  });
  return found == m_sections.end() ? nullptr : &*found;
}

}  // namespace fanfold::aws
