// What holds of every spectrum: a position of its own, arrays that lie in the .ibd and are as long as their
// type says, offsets as the mode says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "orchestrator/validation/reporter.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/position_set.h"
#include "runtime/imzml/terms.h"

namespace fanfold::validation {

// Not thread-safe. Memory grows with the area of the image, not with its spectra.
class SpectrumRules {
 public:
  SpectrumRules(Reporter& reporter, std::optional<std::uint64_t> ibd_bytes)
      : m_reporter(&reporter), m_ibd_bytes(ibd_bytes) {}

  void set_mode(std::optional<imzml::Mode> declared) { m_mode = declared; }
  std::uint64_t spectra() const { return m_spectra; }
  bool is_open() const { return m_is_open; }

  void begin();
  void begin_array() { m_array = {}; }
  // `place` is spectrum, scan or array.
  void apply(Element place, const imzml::Param& param);
  void end_array();
  void end();

 private:
  struct Coordinate {
    bool is_there = false;
    std::optional<std::int32_t> value;  // nothing where the text is no number
  };
  struct Position {
    Coordinate x, y, z;
  };
  struct Array {
    bool is_mz = false, is_intensity = false, is_compressed = false;
    std::uint8_t sizes = 0;  // a bit per declared bytes per value: 1, 2, 4, 8
    std::optional<std::int64_t> offset, length, encoded;
    std::optional<std::uint64_t> bytes() const;
  };
  static void set_coordinate(Position& position, const imzml::Param& param);
  void apply_to_array(const imzml::Param& param);
  void check_size(const char* kind) const;
  void check_bounds(const char* kind) const;
  void check_mode();
  void check_position();
  void check_lengths() const;

  Reporter* m_reporter;
  std::optional<std::uint64_t> m_ibd_bytes;
  std::optional<imzml::Mode> m_mode;
  bool m_is_open = false;
  std::uint64_t m_spectra = 0;
  Position m_in_scan, m_in_spectrum;
  Array m_array;
  std::optional<Array> m_mz, m_intensity;
  std::optional<Array> m_shared_axis;                      // of the first spectrum that is not empty
  std::map<std::int32_t, imzml::PositionSet> m_positions;  // by z
};

}  // namespace fanfold::validation
