#include "runtime/imzml/xml_text.h"

#include "runtime/core/utf8.h"

namespace fanfold::imzml {
namespace {

constexpr std::string_view k_replacement = "\xef\xbf\xbd";

// Bytes of the valid UTF-8 sequence at the start of `text` that XML 1.0 allows, 0 where there is none.
std::size_t allowed_sequence(std::string_view text) {
  const Utf8Sequence next = first_utf8_sequence(text);
  const char32_t code = next.point;
  const bool is_control = code < 0x20 && code != U'\t' && code != U'\n' && code != U'\r';
  return !next.valid || is_control || code == 0xfffe || code == 0xffff ? 0 : next.bytes;
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
