// Writes well-formed, tab-indented XML into a sink through a small buffer.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/byte_sink.h"
#include "runtime/core/result.h"

namespace fanfold::imzml {

// The shortest decimal that reads back as the same double; INF, -INF and NaN as XML Schema spells them.
inline std::string number_text(double value) {
  if (value != value) return "NaN";
  if (value - value != 0) return value > 0 ? "INF" : "-INF";
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end);
}
template <std::integral T>
std::string number_text(T value) {
  return fmt::format_int(value).str();
}

// Text from outside may hold anything: what XML 1.0 forbids or UTF-8 does not know becomes U+FFFD.
void append_escaped(std::string& to, std::string_view text);

// A null view as the value leaves the attribute out; an empty text does not.
struct XmlAttribute {
  std::string_view name;
  std::string_view value;
};

class XmlText {
 public:
  explicit XmlText(ByteSink& sink) : m_sink(&sink) {}

  void declaration() { m_buffer += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"; }
  // `name` must outlive the matching close().
  void open(std::string_view name, std::initializer_list<XmlAttribute> attributes = {});
  void leaf(std::string_view name, std::initializer_list<XmlAttribute> attributes = {});
  void close();

  // Hands the buffer to the sink once it is worth it, or, at the end, in any case.
  Status flush_if_full() { return m_buffer.size() < k_flush_bytes ? Status() : flush(); }
  Status flush();

 private:
  static constexpr std::size_t k_flush_bytes = 256 * 1024;
  void start(std::string_view name, std::initializer_list<XmlAttribute> attributes);

  ByteSink* m_sink;
  std::string m_buffer;
  std::vector<std::string_view> m_open;
};

}  // namespace fanfold::imzml
