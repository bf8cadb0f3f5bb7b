#include "runtime/imzml/xml_text.h"

#include <cstdint>

namespace fanfold::imzml {
namespace {

constexpr std::string_view k_replacement = "\xef\xbf\xbd";

// Bytes of the valid UTF-8 sequence at the start of `text` that XML 1.0 allows, 0 where there is none.
std::size_t allowed_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r' ? 1 : 0;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::uint32_t k_smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < k_smallest[length] || code > 0x10ffff || is_surrogate || code == 0xfffe || code == 0xffff)
    return 0;
  return length;
}

}  // namespace

void append_escaped(std::string& to, std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = allowed_sequence(text);
    switch (text.front()) {
      case '&':
        to += "&amp;";
        break;
      case '<':
        to += "&lt;";
        break;
      case '>':
        to += "&gt;";
        break;
      case '"':
        to += "&quot;";
        break;
      case '\t':
        to += "&#9;";
        break;
      case '\n':
        to += "&#10;";
        break;
      case '\r':
        to += "&#13;";
        break;
      default:
        to += length == 0 ? k_replacement : text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

void XmlText::start(std::string_view name, std::initializer_list<XmlAttribute> attributes) {
  m_buffer.append(m_open.size(), '\t');
  m_buffer += '<';
  m_buffer += name;
  for (const XmlAttribute& attribute : attributes) {
    if (attribute.value.data() == nullptr) continue;
    m_buffer += ' ';
    m_buffer += attribute.name;
    m_buffer += "=\"";
    append_escaped(m_buffer, attribute.value);
    m_buffer += '"';
  }
}

void XmlText::open(std::string_view name, std::initializer_list<XmlAttribute> attributes) {
  start(name, attributes);
  m_buffer += ">\n";
  m_open.push_back(name);
}

void XmlText::leaf(std::string_view name, std::initializer_list<XmlAttribute> attributes) {
  start(name, attributes);
  m_buffer += "/>\n";
}

void XmlText::close() {
  FANFOLD_ASSERT(!m_open.empty());
  const std::string_view name = m_open.back();
  m_open.pop_back();
  m_buffer.append(m_open.size(), '\t');
  m_buffer += "</";
  m_buffer += name;
  m_buffer += ">\n";
}

Status XmlText::flush() {
  Status status = m_sink->write(m_buffer);
  m_buffer.clear();
  return status;
}

}  // namespace fanfold::imzml
