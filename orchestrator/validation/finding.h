// What a validation finds, one statement at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanfold::validation {

enum class Level : std::uint8_t {
  warning,  // odd or against a SHOULD; reads well
  error,    // breaks a MUST of the format
  fatal     // cannot be decoded
};
std::string_view to_string(Level level);  // "error"

struct SpectrumName {
  std::uint64_t index = 0;  // in file order, from 0
  std::string id;
  bool operator==(const SpectrumName&) const = default;
};

struct FindingPlace {
  std::string file;        // the imzML, or its .ibd
  std::uint64_t line = 0;  // 0: the file as a whole
  std::string element;     // "mzML/run/spectrumList/spectrum[12]/scanList/scan"; spectra count from 1
  std::optional<SpectrumName> spectrum;
};

struct Finding {
  Level level = Level::warning;
  std::string_view rule;  // kebab-case, one of the names in rule_names.h
  FindingPlace place;
  std::string found;     // "no cvParam of position x (IMS:1000050)"
  std::string expected;  // "exactly one"; may be empty
};

}  // namespace fanfold::validation
