// One spectrum at a time: its parameters go in, a PixelRecord comes out. Remembers across spectra only what
// must agree between them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "runtime/core/result.h"
#include "runtime/imzml/array_draft.h"
#include "runtime/imzml/header_collector.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/imzml/spectrum_place.h"
#include "runtime/imzml/warnings.h"

namespace fanfold::imzml {

// Undoes the wrapping of offsets by writers that kept them in signed 32-bit integers: once a negative one was
// seen, offsets of an array kind are taken as ascending, but for arrays that neighbours share.
class OffsetUnwrapper {
 public:
  // Nothing where no wrapping explains the offset.
  std::optional<std::uint64_t> unwrap(std::int64_t offset);
  bool is_active() const { return m_is_active; }

 private:
  bool m_is_active = false;
  std::uint64_t m_base = 0;
  std::uint64_t m_previous = 0;
  std::optional<std::int64_t> m_previous_written;
};

class SpectrumCollector {
 public:
  explicit SpectrumCollector(Warnings& warnings) : m_warnings(&warnings) {}

  void begin(const SpectrumPlace& place, std::optional<std::int64_t> default_length);
  bool is_open() const { return m_is_open; }
  void begin_array(std::optional<std::int64_t> length_attribute);
  // `place` is spectrum, scan or array. Sentences of errors are complete.
  Status apply(Place place, const Param& param);
  // A userParam of the spectrum or its scan. Positions are told in this way too; they count where no cvParam
  // tells one.
  void apply_user(std::string_view name, std::string_view value);
  Status end_array();
  Result<PixelRecord> end();

  // After all spectra.
  ArrayEncoding mz_encoding() const { return m_mz_rule.encoding(); }
  ArrayEncoding intensity_encoding() const { return m_intensity_rule.encoding(); }
  const Claims& claims() const { return m_claims; }

 private:
  struct Position {
    std::optional<std::int32_t> x, y, z;
  };
  Status set_position(Position& position, const Param& param) const;
  Result<Position> decide_position();
  Result<Position> user_position() const;
  Status check_depth(std::optional<std::int32_t> z);
  Result<std::uint64_t> unwrap(OffsetUnwrapper& unwrapper, const ArrayFacts& facts, const char* kind);

  Warnings* m_warnings;
  SpectrumPlace m_place;
  bool m_is_open = false;
  std::optional<std::int64_t> m_default_length;
  Position m_scan_position;
  Position m_spectrum_position;
  std::array<std::string, 3> m_index_position;  // x, y, z as in userParams; empty where absent
  std::array<std::string, 3> m_stage_position;
  ArrayDraft m_draft;
  std::optional<ArrayFacts> m_mz;
  std::optional<ArrayFacts> m_intensity;

  ArrayRule m_mz_rule{"m/z"};
  ArrayRule m_intensity_rule{"intensity"};
  OffsetUnwrapper m_mz_unwrapper;
  OffsetUnwrapper m_intensity_unwrapper;
  std::optional<std::int32_t> m_first_z;
  Claims m_claims;
};

}  // namespace fanfold::imzml
