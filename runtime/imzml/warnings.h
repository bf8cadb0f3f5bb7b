// Collects what was odd but readable, each kind once, so that a million odd spectra make one warning.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/core/result.h"

namespace fanfold::imzml {

enum class Oddity : std::uint8_t {
  encoding,
  version,
  uuid,
  checksum,
  mode,
  data_type,
  encoded_length,
  compression,
  negative_offset,
  array_lengths,
  no_arrays,
  duplicate_position,
  depth_position,
  user_position,
  max_count,
  spectrum_count,
  pixel_size,
  pixel_size_unit,
  scan_settings,
  missing_group,
  polarity,
  polarity_number,
  representation,
  count_of_kinds
};

class Warnings {
 public:
  // In strict mode every addition is an error, corrupt_data.
  explicit Warnings(bool strict) : m_strict(strict) {}

  // `make_text` is called for the first of its kind only.
  template <typename MakeText>
  Status add(Oddity kind, MakeText make_text) {
    Entry& entry = m_entries[static_cast<std::size_t>(kind)];
    if (entry.count++ > 0) return {};
    std::string text = make_text();
    if (m_strict) return Error(ErrorKind::corrupt_data, std::move(text));
    entry.order = m_kinds++;
    entry.text = std::move(text);
    return {};
  }

  std::vector<std::string> sentences() const {
    std::vector<std::string> sentences(m_kinds);
    for (const Entry& entry : m_entries) {
      if (entry.count == 0) continue;
      sentences[entry.order] =
          entry.count == 1 ? entry.text
                           : fmt::format("{} (and {} more of this kind)", entry.text, entry.count - 1);
    }
    return sentences;
  }

 private:
  struct Entry {
    std::uint64_t count = 0;
    std::size_t order = 0;
    std::string text;
  };
  bool m_strict;
  std::size_t m_kinds = 0;
  std::array<Entry, static_cast<std::size_t>(Oddity::count_of_kinds)> m_entries;
};

}  // namespace fanfold::imzml
