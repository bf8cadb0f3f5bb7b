#include "runtime/imzml/xml_stream.h"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "runtime/core/handle.h"
#include "runtime/core/units.h"
#include "runtime/imzml/document_stream.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_depth = 64;
constexpr std::size_t k_max_attributes = 256;
constexpr std::size_t k_max_attribute_bytes = 64_KiB;
constexpr std::uint64_t k_max_token_bytes = 1_MiB;
constexpr std::size_t k_max_chunk_bytes = 64_MiB;

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

XML_Parser parser_of(void* parser) {
  return static_cast<XML_Parser>(parser);
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  for (const char* const* at = m_pairs; *at != nullptr; at += 2) {
    if (name == at[0]) return at[1];
  }
  return {};
}

struct XmlCallbacks {
  static void start(void* user, const XML_Char* element, const XML_Char** attributes) {
    auto& stream = *static_cast<XmlStream*>(user);
    if (!stream.m_failure) return;
    if (Status status = stream.start(element, attributes); !status) stream.stop(status.error());
  }
  static void end(void* user, const XML_Char* element) {
    auto& stream = *static_cast<XmlStream*>(user);
    if (!stream.m_failure) return;
    --stream.m_depth;
    if (Status status = stream.m_handler->on_end(without_prefix(element)); !status)
      stream.stop(status.error());
  }
  static void doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    auto& stream = *static_cast<XmlStream*>(user);
    stream.stop(
        make_error(ErrorKind::corrupt_data,
                   "'{}', line {}: a document type declaration (<!DOCTYPE>) is not accepted; remove it",
                   *stream.m_name, stream.line()));
  }
  // The single-byte families around Latin-1 differ in letters only, which nothing here depends on.
  static int unknown_encoding(void*, const XML_Char* name, XML_Encoding* info) {
    const std::string_view text(name);
    const auto begins = [&](std::string_view prefix) {
      return text.size() > prefix.size() && strncasecmp(name, prefix.data(), prefix.size()) == 0;
    };
    if (!begins("windows-125") && !begins("iso-8859-") && !begins("cp125")) return XML_STATUS_ERROR;
    for (int i = 0; i < 256; ++i) info->map[i] = i;
    info->data = nullptr;
    info->convert = nullptr;
    info->release = nullptr;
    return XML_STATUS_OK;
  }
};

void XmlStream::stop(Error error) {
  m_failure = std::move(error);
  XML_StopParser(parser_of(m_parser), XML_FALSE);
}

std::uint64_t XmlStream::line() const {
  return m_parser == nullptr ? m_last_line : XML_GetCurrentLineNumber(parser_of(m_parser));
}

Status XmlStream::start(const char* element, const char* const* attributes) {
  if (++m_depth > k_max_depth) {
    return make_error(ErrorKind::corrupt_data, "'{}', line {}: elements are nested more than {} deep",
                      *m_name, line(), k_max_depth);
  }
  std::size_t count = 0;
  for (const char* const* at = attributes; *at != nullptr; at += 2, ++count) {
    if (count == k_max_attributes || strnlen(at[1], k_max_attribute_bytes + 1) > k_max_attribute_bytes) {
      return make_error(ErrorKind::corrupt_data,
                        "'{}', line {}: <{:.40}> has more than {} attributes or one above {} bytes", *m_name,
                        line(), element, k_max_attributes, k_max_attribute_bytes);
    }
  }
  return m_handler->on_start(without_prefix(element), XmlAttributes(attributes));
}

Status XmlStream::parser_error(std::string_view name) const {
  const XML_Parser parser = parser_of(m_parser);
  const XML_Error code = XML_GetErrorCode(parser);
  const auto at_line = XML_GetCurrentLineNumber(parser);
  if (code == XML_ERROR_NO_MEMORY) {
    return make_error(ErrorKind::internal, "out of memory while reading '{}', line {}", name, at_line);
  }
  if (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN || code == XML_ERROR_PARTIAL_CHAR ||
      (code == XML_ERROR_TAG_MISMATCH && m_depth == 0)) {
    return make_error(
        ErrorKind::corrupt_data,
        "'{}' ends in the middle of the document, at line {}: the file is cut off; copy it again", name,
        at_line);
  }
  return make_error(ErrorKind::corrupt_data,
                    "'{}', line {}: not well-formed XML ({}); export or copy the file again", name, at_line,
                    XML_ErrorString(code));
}

Status XmlStream::feed(const ByteSource& source, std::size_t chunk_bytes) {
  const XML_Parser parser = parser_of(m_parser);
  FANFOLD_ASSIGN(const std::unique_ptr<DocumentStream> document, open_document(source));
  for (std::uint64_t offset = 0;;) {
    void* const buffer = XML_GetBuffer(parser, static_cast<int>(chunk_bytes));
    if (buffer == nullptr) return parser_error(source.name());
    FANFOLD_ASSIGN(const std::size_t bytes, document->read({static_cast<std::byte*>(buffer), chunk_bytes}));
    offset += bytes;
    const bool last = bytes < chunk_bytes;
    const XML_Status status = XML_ParseBuffer(parser, static_cast<int>(bytes), last ? 1 : 0);
    if (!m_failure) return m_failure;
    if (status != XML_STATUS_OK) return parser_error(source.name());
    if (last) return {};
    const auto at = std::max<XML_Index>(XML_GetCurrentByteIndex(parser), 0);
    if (offset - std::min(static_cast<std::uint64_t>(at), offset) > k_max_token_bytes) {
      return make_error(ErrorKind::corrupt_data, "'{}', line {}: a tag or comment is longer than {} bytes",
                        source.name(), XML_GetCurrentLineNumber(parser), k_max_token_bytes);
    }
  }
}

Status XmlStream::run(const ByteSource& source, XmlEncoding encoding, std::size_t chunk_bytes,
                      XmlHandler& handler) {
  const CHandle<XML_ParserStruct, XML_ParserFree> parser(
      XML_ParserCreate(encoding == XmlEncoding::latin1 ? "ISO-8859-1" : nullptr));
  if (!parser)
    return make_error(ErrorKind::internal, "out of memory for an XML parser of '{}'", source.name());
  m_parser = parser.get();
  m_handler = &handler;
  m_name = &source.name();
  XML_SetUserData(parser.get(), this);
  XML_SetElementHandler(parser.get(), XmlCallbacks::start, XmlCallbacks::end);
  XML_SetStartDoctypeDeclHandler(parser.get(), XmlCallbacks::doctype);
  XML_SetUnknownEncodingHandler(parser.get(), XmlCallbacks::unknown_encoding, nullptr);
  const Status status = feed(source, std::clamp<std::size_t>(chunk_bytes, 1, k_max_chunk_bytes));
  m_last_line = line();
  m_parser = nullptr;
  return status;
}

}  // namespace fanfold::imzml
