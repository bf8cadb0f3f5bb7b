// Everything outside the spectra: file content, source files, scan settings, instrument.
#pragma once

#include <string_view>

#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/history_collector.h"
#include "runtime/imzml/scan_settings.h"
#include "runtime/imzml/terms.h"
#include "runtime/imzml/warnings.h"

namespace fanfold::imzml {

// Where a parameter stands.
enum class Place : std::uint8_t {
  elsewhere,
  file_content,
  source_file,
  scan_settings,
  instrument,
  ion_source,
  analyzer,
  detector,
  software,
  method,
  group,
  spectrum,
  scan,
  array
};

// Polarity and representation may stand in several places; what spectra say wins over the file's content.
class Claims {
 public:
  // False for a polarity, told by its name, under the number of a representation.
  bool note(const Param& param);
  bool any_polarity() const { return m_positive || m_negative; }
  bool any_representation() const { return m_profile || m_centroid; }
  bool mixed_polarity() const { return m_positive && m_negative; }
  bool mixed_representation() const { return m_profile && m_centroid; }
  Polarity polarity() const;
  Representation representation() const;

 private:
  bool m_positive = false, m_negative = false, m_profile = false, m_centroid = false;
};

Status warn_of_polarity_number(Warnings& warnings, std::string_view where, const Param& param);

class HeaderCollector {
 public:
  HeaderCollector(std::string_view file, Warnings& warnings)
      : m_file(file), m_warnings(&warnings), m_scan_settings(file, warnings) {}

  // Whom the parameters that follow belong to: new scanSettings, or those of this number, from 1.
  void begin_scan_settings(std::string_view id) { m_scan_settings_number = m_scan_settings.begin(id); }
  void use_scan_settings(std::size_t number) { m_scan_settings_number = number; }
  std::size_t scan_settings_number() const { return m_scan_settings_number; }
  // An instrument's attribute; empty where it has none.
  void refer_to_scan_settings(std::string_view id) { m_scan_settings.refer(id); }

  void begin_software(std::string_view id, std::string_view version) {
    m_history.begin_software(id, version);
  }
  void begin_method(std::string_view software) { m_history.begin_method(software); }

  Status apply(Place place, const Param& param);
  Status apply_user(Place place, std::string_view name, std::string_view value);

  PeakList peak_list() const { return m_description.peak_list; }
  std::uint64_t peak_blocks_begin() const { return m_description.peak_blocks_begin; }
  // Hands over what was found; says what is missing.
  Status finish(ImageDescription& description);
  const Claims& claims() const { return m_claims; }

 private:
  Status apply_file_content(const Param& param);
  static void set_instrument(std::optional<Term>& into, const Param& param, TermId kind);

  std::string m_file;
  Warnings* m_warnings;
  ImageDescription m_description;
  Claims m_claims;
  HistoryCollector m_history;
  bool m_says_continuous = false;
  bool m_says_processed = false;
  bool m_has_uuid_term = false;
  ScanSettingsCollector m_scan_settings;
  std::size_t m_scan_settings_number = 0;
};

}  // namespace fanfold::imzml
