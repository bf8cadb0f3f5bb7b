// A document, plain or gzip, read with expat in fixed buffers, fenced against hostile input: no document type
// declaration (so no entities), bounded depth, bounded tags and attributes.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/core/byte_source.h"
#include "runtime/core/result.h"

namespace fanfold::imzml {

// The attributes of a start tag; views live as long as the call.
class XmlAttributes {
 public:
  // `pairs`: name, value, name, value, ..., null.
  explicit XmlAttributes(const char* const* pairs) : m_pairs(pairs) {}
  std::string_view get(std::string_view name) const;  // empty where absent
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const char* const* at = m_pairs; *at != nullptr; at += 2) {
      visit(std::string_view(at[0]), std::string_view(at[1]));
    }
  }

 private:
  const char* const* m_pairs;
};

// Names come without namespace prefix. A failure ends the parsing and is returned as it is.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual Status on_start(std::string_view element, const XmlAttributes& attributes) = 0;
  virtual Status on_end(std::string_view element) = 0;
};

enum class XmlEncoding : std::uint8_t { as_declared, latin1 };

class XmlStream {
 public:
  XmlStream() = default;
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  // May be called once.
  Status run(const ByteSource& source, XmlEncoding encoding, std::size_t chunk_bytes, XmlHandler& handler);
  // Of the tag being handled; after run(), where it ended. 1-based; 0 before run().
  std::uint64_t line() const;

 private:
  friend struct XmlCallbacks;
  Status feed(const ByteSource& source, std::size_t chunk_bytes);
  Status parser_error(std::string_view name) const;
  void stop(Error error);
  Status start(const char* element, const char* const* attributes);

  void* m_parser = nullptr;
  XmlHandler* m_handler = nullptr;
  const std::string* m_name = nullptr;
  std::size_t m_depth = 0;
  std::uint64_t m_last_line = 0;
  Status m_failure;
};

}  // namespace fanfold::imzml
