// Everything outside the spectra: file content, source files, scan settings, instrument.
#pragma once

#include <string_view>

#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
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
  group,
  spectrum,
  scan,
  array
};

// Polarity and representation may stand in several places; what spectra say wins over the file's content.
class Claims {
 public:
  void note(const Param& param);
  bool any_polarity() const { return m_positive || m_negative; }
  bool any_representation() const { return m_profile || m_centroid; }
  bool mixed_polarity() const { return m_positive && m_negative; }
  bool mixed_representation() const { return m_profile && m_centroid; }
  Polarity polarity() const;
  Representation representation() const;

 private:
  bool m_positive = false, m_negative = false, m_profile = false, m_centroid = false;
};

class HeaderCollector {
 public:
  HeaderCollector(std::string_view file, Warnings& warnings) : m_file(file), m_warnings(&warnings) {}

  // Which of several scanSettings the parameters that follow belong to, from 1.
  void use_scan_settings(int number) { m_scan_settings = number; }
  Status apply(Place place, const Param& param);
  void apply_user(Place place, std::string_view name);

  PeakList peak_list() const { return m_description.peak_list; }
  // Hands over what was found; says what is missing.
  Status finish(ImageDescription& description);
  const Claims& claims() const { return m_claims; }

 private:
  Status apply_file_content(const Param& param);
  Status apply_scan_settings(const Param& param);
  Status set_pixel_size(std::optional<double>& into, const Param& param);
  void set_count(std::uint32_t& into, const Param& param);
  void set_instrument(std::optional<Term>& into, const Param& param);

  std::string m_file;
  Warnings* m_warnings;
  ImageDescription m_description;
  Claims m_claims;
  bool m_says_continuous = false;
  bool m_says_processed = false;
  bool m_has_uuid_term = false;
  bool m_has_pixel_size_y = false;
  int m_scan_settings = 0;
};

}  // namespace fanfold::imzml
