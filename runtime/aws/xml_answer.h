// The XML that cloud services answer with, as a small tree. Not for large documents: it holds all of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanfold::aws {

struct XmlElement {
  std::string name;  // without the prefix of a namespace
  std::string text;  // its own, of all stretches together
  std::vector<XmlElement> children;

  // The first one of that name; null where there is none.
  const XmlElement* child(std::string_view child_name) const;
  // Of that child; empty where there is none.
  std::string_view text_of(std::string_view child_name) const;
};

// The root. Nothing where the text is no whole, well-formed document, is longer than `max_bytes`, is nested
// deeper than answers are, or has a document type, whose entities could grow without end. White space in
// front is passed over: servers keep a connection alive with it.
std::optional<XmlElement> parse_xml_answer(std::string_view xml, std::size_t max_bytes);

}  // namespace fanfold::aws
