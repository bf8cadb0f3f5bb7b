// Where in a document a spectrum stands, turned into words only when there is something to say.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/imzml/xml_stream.h"

namespace fanfold::imzml {

struct SpectrumPlace {
  std::string_view file;
  std::uint64_t number = 0;  // in file order, from 1
  const XmlStream* stream = nullptr;

  // "'c.imzML', line 88, spectrum 12"
  std::string text() const {
    return fmt::format("'{}', line {}, spectrum {}", file, stream == nullptr ? 0 : stream->line(), number);
  }
};

}  // namespace fanfold::imzml
