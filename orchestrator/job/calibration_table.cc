#include "orchestrator/job/calibration_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "runtime/core/nearest_name.h"

namespace fanfold {
namespace {

enum Column : std::size_t { k_name, k_reference, k_measured, k_columns };
constexpr std::array<std::string_view, k_columns> k_column_names{"name", "reference", "measured"};
constexpr std::array<char, 3> k_separators{'\t', ';', ','};
constexpr std::size_t k_max_fields = 16;
constexpr std::size_t k_max_name_bytes = 200;
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

using Fields = std::vector<std::string>;
using Columns = std::vector<Column>;  // what each field of a line is

struct Line {
  std::string_view text;
  std::size_t number = 0;  // from 1
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The lines that say something.
std::vector<Line> lines_of(std::string_view text) {
  if (text.starts_with(k_byte_order_mark)) text.remove_prefix(k_byte_order_mark.size());
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trimmed(line);
    if (!content.empty() && !content.starts_with('#')) lines.push_back({line, number});
  }
  return lines;
}

// Takes a quoted field off the front of `rest`; nothing where its quote is not closed or text follows it.
std::optional<std::string> take_quoted(std::string_view& rest, char separator) {
  std::string field;
  std::size_t at = rest.find('"') + 1;
  while (true) {
    const std::size_t quote = rest.find('"', at);
    if (quote == std::string_view::npos) return std::nullopt;
    field += rest.substr(at, quote - at);
    at = quote + 1;
    if (at == rest.size() || rest[at] != '"') break;
    field += '"';
    ++at;
  }
  const std::size_t end = std::min(rest.find(separator, at), rest.size());
  if (!trimmed(rest.substr(at, end - at)).empty()) return std::nullopt;
  rest.remove_prefix(end);
  return field;
}

// Nothing where a quote is not closed, text follows a closed one, or there are far too many fields.
std::optional<Fields> split(std::string_view line, char separator) {
  Fields fields;
  while (fields.size() < k_max_fields) {
    const std::size_t first = line.find_first_not_of(separator == '\t' ? " \r" : " \t\r");
    if (first != std::string_view::npos && line[first] == '"') {
      auto field = take_quoted(line, separator);
      if (!field) return std::nullopt;
      fields.push_back(std::move(*field));
    } else {
      const std::size_t end = std::min(line.find(separator), line.size());
      fields.emplace_back(trimmed(line.substr(0, end)));
      line.remove_prefix(end);
    }
    if (line.empty()) return fields;
    line.remove_prefix(1);
  }
  return std::nullopt;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A number, or meant as one: 155,03 is.
bool looks_like_number(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

bool is_column(std::string_view text, std::string_view column) {
  return edit_distance(text.substr(0, 100), column) == 0;  // equal but for upper and lower case
}

bool names_columns(const Fields& fields) {
  return std::none_of(fields.begin(), fields.end(), looks_like_number);
}

// The first separator with which the line names the columns or has a mass where it should be.
char separator_of(std::string_view line) {
  const auto fits = [](const Fields& fields) {
    if (!names_columns(fields)) return fields.size() > 1 && looks_like_number(fields[k_reference]);
    return std::any_of(fields.begin(), fields.end(),
                       [](std::string_view field) { return is_column(field, k_column_names[k_reference]); });
  };
  for (const char separator : k_separators) {
    const auto fields = split(line, separator);
    if (fields && fits(*fields)) return separator;
  }
  return ',';
}

class TableReader {
 public:
  explicit TableReader(std::string_view name) : m_name(name) {}

  Result<std::vector<Calibrant>> read(const std::vector<Line>& lines) {
    if (lines.empty()) {
      return make_error(ErrorKind::invalid_argument,
                        "{} holds no reference mass; write a line name,reference for each compound", m_name);
    }
    m_separator = separator_of(lines.front().text);
    FANFOLD_ASSIGN(const Fields first, fields_of(lines.front()));
    m_named = names_columns(first);
    if (m_named) FANFOLD_TRY(take_columns(lines.front(), first));
    std::vector<Calibrant> calibrants;
    for (const Line& line : std::span(lines).subspan(m_named ? 1 : 0)) {
      if (calibrants.size() == k_max_calibrants) {
        return wrong(line, "is one compound more than the {} that a table may have", k_max_calibrants);
      }
      FANFOLD_ASSIGN(Calibrant calibrant, calibrant_of(line));
      calibrants.push_back(std::move(calibrant));
    }
    if (calibrants.empty()) return wrong(lines.front(), "names the columns, but no compound follows");
    FANFOLD_TRY(check_distinct(calibrants));
    return calibrants;
  }

 private:
  template <typename... Arguments>
  Error wrong(const Line& line, fmt::format_string<Arguments...> what, Arguments&&... arguments) const {
    return make_error(ErrorKind::invalid_argument, "{}: line {} {}", m_name, line.number,
                      fmt::format(what, std::forward<Arguments>(arguments)...));
  }

  Result<Fields> fields_of(const Line& line) const {
    auto fields = split(line.text, m_separator);
    if (fields) return std::move(*fields);
    return wrong(line, "has a double quote that is not closed, text behind one that is, or over {} fields",
                 k_max_fields);
  }

  Status take_columns(const Line& line, const Fields& fields) {
    m_columns.clear();
    for (const std::string& field : fields) {
      const auto known = std::find_if(k_column_names.begin(), k_column_names.end(),
                                      [&](std::string_view name) { return is_column(field, name); });
      if (known == k_column_names.end()) {
        return wrong(line, "holds no mass and '{:.40}' is no column; did you mean {}?", field,
                     nearest_name(field, k_column_names));
      }
      const auto column = static_cast<Column>(known - k_column_names.begin());
      if (std::find(m_columns.begin(), m_columns.end(), column) != m_columns.end()) {
        return wrong(line, "names the column {} twice", *known);
      }
      m_columns.push_back(column);
    }
    if (std::find(m_columns.begin(), m_columns.end(), k_reference) != m_columns.end()) return {};
    return wrong(line, "names no column reference");
  }

  Result<double> mass_of(const Line& line, Column column, std::string_view text) const {
    const auto value = number_in(text);
    if (value && std::isfinite(*value) && *value > 0) return *value;
    return wrong(line, "has '{:.40}' as its {} mass; a positive number with a decimal point is expected",
                 text, k_column_names[column]);
  }

  // A name goes into XML and to terminals.
  Status check_name(const Line& line, std::string_view name) const {
    if (name.size() > k_max_name_bytes) {
      return wrong(line, "has a name of {} bytes; at most {} are allowed", name.size(), k_max_name_bytes);
    }
    if (std::any_of(name.begin(), name.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; })) {
      return wrong(line, "has a control character in its name");
    }
    if (m_named || !number_in(name)) return {};
    return wrong(
        line,
        "has the number {} where a name is expected; say what the columns are in a first line, such as "
        "reference,measured",
        name);
  }

  Result<Calibrant> calibrant_of(const Line& line) const {
    FANFOLD_ASSIGN(Fields fields, fields_of(line));
    if (fields.size() > m_columns.size()) {
      return wrong(line, "has {} fields, but there are {} columns", fields.size(), m_columns.size());
    }
    fields.resize(m_columns.size());  // columns at the end may be left out
    Calibrant calibrant;
    calibrant.line = line.number;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (m_columns[i] == k_reference) {
        FANFOLD_ASSIGN(calibrant.reference, mass_of(line, k_reference, fields[i]));
      } else if (m_columns[i] == k_measured && !fields[i].empty()) {
        FANFOLD_ASSIGN(calibrant.measured, mass_of(line, k_measured, fields[i]));
      } else if (m_columns[i] == k_name) {
        FANFOLD_TRY(check_name(line, fields[i]));
        calibrant.name = std::move(fields[i]);
      }
    }
    return calibrant;
  }

  Status check_distinct(const std::vector<Calibrant>& calibrants) const {
    FANFOLD_TRY(check_distinct(calibrants, k_reference, [](const Calibrant& c) { return c.reference; }));
    return check_distinct(calibrants, k_measured, [](const Calibrant& c) { return c.measured.value_or(0); });
  }

  // 0 stands for a mass that is absent.
  template <typename Mass>
  Status check_distinct(const std::vector<Calibrant>& calibrants, Column column, Mass mass) const {
    std::vector<std::pair<double, std::size_t>> order;
    for (const Calibrant& calibrant : calibrants) {
      if (mass(calibrant) > 0) order.emplace_back(mass(calibrant), calibrant.line);
    }
    std::sort(order.begin(), order.end());
    const auto twin = std::adjacent_find(order.begin(), order.end(),
                                         [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twin == order.end()) return {};
    return make_error(ErrorKind::invalid_argument,
                      "{}: lines {} and {} have the same {} mass, {}; keep one of them", m_name, twin->second,
                      std::next(twin)->second, k_column_names[column], twin->first);
  }

  std::string_view m_name;
  char m_separator = ',';
  bool m_named = false;  // by the first line
  Columns m_columns{k_name, k_reference, k_measured};
};

}  // namespace

Result<std::vector<Calibrant>> parse_calibration_table(std::string_view text, std::string_view name) {
  if (text.size() > k_max_calibration_table_bytes) {
    return make_error(ErrorKind::invalid_argument, "{} has {} bytes; a table of calibrants has at most {}",
                      name, text.size(), k_max_calibration_table_bytes);
  }
  return TableReader(name).read(lines_of(text));
}

}  // namespace fanfold
