#include "runtime/aws/xml_answer.h"

#include <expat.h>

#include <limits>

#include "runtime/core/handle.h"

namespace fanfold::aws {
namespace {

constexpr std::size_t k_max_depth = 32;

using Parser = CHandle<XML_ParserStruct, XML_ParserFree>;

// What expat's callbacks build.
class Builder {
 public:
  explicit Builder(XML_Parser parser) : m_parser(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &Builder::on_start, &Builder::on_end);
    XML_SetCharacterDataHandler(parser, &Builder::on_text);
    XML_SetStartDoctypeDeclHandler(parser, &Builder::on_doctype);
  }
  XmlElement take_root() { return std::move(m_root); }

 private:
  static Builder& of(void* self) { return *static_cast<Builder*>(self); }

  static void on_start(void* self, const XML_Char* name, const XML_Char**) {
    Builder& builder = of(self);
    if (builder.m_open.size() == k_max_depth) return builder.stop();
    const std::string_view whole = name;
    const auto colon = whole.find(':');
    XmlElement element;
    element.name = colon == std::string_view::npos ? whole : whole.substr(colon + 1);
    // Growing moves elements that are complete; those that are open are the last ones of their parents.
    if (builder.m_open.empty()) {
      builder.m_root = std::move(element);
      builder.m_open.push_back(&builder.m_root);
    } else {
      auto& siblings = builder.m_open.back()->children;
      siblings.push_back(std::move(element));
      builder.m_open.push_back(&siblings.back());
    }
  }
  static void on_end(void* self, const XML_Char*) { of(self).m_open.pop_back(); }
  static void on_text(void* self, const XML_Char* text, int length) {
    Builder& builder = of(self);
    if (!builder.m_open.empty()) builder.m_open.back()->text.append(text, static_cast<std::size_t>(length));
  }
  static void on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    of(self).stop();
  }

  void stop() { XML_StopParser(m_parser, XML_FALSE); }

  XML_Parser m_parser;
  XmlElement m_root;
  std::vector<XmlElement*> m_open;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const XmlElement& element : children) {
    if (element.name == child_name) return &element;
  }
  return nullptr;
}

std::string_view XmlElement::text_of(std::string_view child_name) const {
  const XmlElement* const element = child(child_name);
  return element == nullptr ? std::string_view() : std::string_view(element->text);
}

std::optional<XmlElement> parse_xml_answer(std::string_view xml, std::size_t max_bytes) {
  if (xml.size() > max_bytes || xml.size() > std::numeric_limits<int>::max()) return std::nullopt;
  const auto begin = xml.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::nullopt;
  xml.remove_prefix(begin);
  const Parser parser(XML_ParserCreate(nullptr));
  if (!parser) return std::nullopt;
  Builder builder(parser.get());
  if (XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) != XML_STATUS_OK)
    return std::nullopt;
  return builder.take_root();
}

}  // namespace fanfold::aws
