#include "runtime/imzml/header_collector.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/imzml/number_text.h"
#include "runtime/imzml/peak_list_mark.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_scan_geometry_terms = 16;
constexpr std::size_t k_max_term_text = 256;

Term to_term(const Param& param) {
  return {std::string(param.accession.substr(0, k_max_term_text)),
          std::string(param.name.substr(0, k_max_term_text))};
}

// Lower-case hex of exactly `digits` digits, or nothing.
std::optional<std::string> digest_text(std::string_view text, std::size_t digits) {
  std::string hex;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '{' || c == '}') continue;
    const bool is_upper = c >= 'A' && c <= 'F';
    if (!is_upper && !(c >= 'a' && c <= 'f') && !(c >= '0' && c <= '9')) return std::nullopt;
    hex += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    if (hex.size() > digits) return std::nullopt;
  }
  if (hex.size() != digits) return std::nullopt;
  return hex;
}

// What one unit of the given pixel size is in micrometres; the flag is set for areas, whose side is meant.
struct LengthUnit {
  double micrometres = 1;
  bool is_area = false;
  bool is_known = true;
};

LengthUnit length_unit(const Param& param) {
  switch (parse_accession(param.unit_accession)) {
    case uo(8):
      return {1e6};
    case uo(15):
      return {1e4};
    case uo(16):
      return {1e3};
    case uo(17):
      return {1};
    case uo(18):
      return {1e-3};
    case uo(47):
      return {1, true};  // "area unit": square micrometres, as the files before imzML 1.1.1 meant it
    case uo(80):
      return {1e6, true};
    case uo(81):
      return {1e4, true};
    case uo(82):
      return {1e3, true};
    default:
      break;
  }
  return {1, param.unit_name.find("square") != std::string_view::npos || param.unit_name.find("area") == 0,
          false};
}

}  // namespace

void Claims::note(const Param& param) {
  if (param.id == term::k_positive_scan) m_positive = true;
  if (param.id == term::k_negative_scan) m_negative = true;
  if (param.id == term::k_profile) m_profile = true;
  if (param.id == term::k_centroid) {
    // Some writers gave polarities the number of the centroid term; the name tells.
    if (param.name.starts_with("positive")) {
      m_positive = true;
    } else if (param.name.starts_with("negative")) {
      m_negative = true;
    } else {
      m_centroid = true;
    }
  }
}

Polarity Claims::polarity() const {
  if (m_positive == m_negative) return Polarity::unknown;
  return m_positive ? Polarity::positive : Polarity::negative;
}

Representation Claims::representation() const {
  if (m_profile == m_centroid) return Representation::unknown;
  return m_profile ? Representation::profile : Representation::centroid;
}

Status HeaderCollector::apply(Place place, const Param& param) {
  switch (place) {
    case Place::file_content:
      return apply_file_content(param);
    case Place::scan_settings:
      return apply_scan_settings(param);
    case Place::source_file:
      if (param.id == term::k_file_format && param.value == k_rmsi_peak_list_value) {
        m_description.peak_list = PeakList::rmsi;
      }
      return {};
    case Place::instrument:
      set_instrument(m_description.instrument.model, param);
      return {};
    case Place::ion_source:
      set_instrument(m_description.instrument.ion_source, param);
      return {};
    case Place::analyzer:
      set_instrument(m_description.instrument.analyzer, param);
      return {};
    case Place::detector:
      set_instrument(m_description.instrument.detector, param);
      return {};
    default:
      return {};
  }
}

void HeaderCollector::apply_user(Place place, std::string_view name) {
  if (place == Place::file_content && name == k_peak_list_name) m_description.peak_list = PeakList::fanfold;
}

void HeaderCollector::set_instrument(std::optional<Term>& into, const Param& param) {
  // Serial numbers and customisations stand beside the model.
  const bool is_attribute = param.id == ms(1000529) || param.id == ms(1000032);
  if (!into && !is_attribute && !param.accession.empty()) into = to_term(param);
}

Status HeaderCollector::apply_file_content(const Param& param) {
  m_claims.note(param);
  const auto set_digest = [&](std::optional<std::string>& into, std::size_t digits) -> Status {
    into = digest_text(param.value, digits);
    if (into) return {};
    return m_warnings->add(Oddity::checksum, [&] {
      return fmt::format("'{}': the checksum '{:.80}' ({}) is malformed and ignored", m_file, param.value,
                         param.name);
    });
  };
  switch (param.id) {
    case term::k_continuous:
      m_says_continuous = true;
      return {};
    case term::k_processed:
      m_says_processed = true;
      return {};
    case term::k_ibd_md5:
      return set_digest(m_description.checksums.md5, 32);
    case term::k_ibd_sha1:
      return set_digest(m_description.checksums.sha1, 40);
    case term::k_ibd_sha256:
      return set_digest(m_description.checksums.sha256, 64);
    case term::k_uuid:
      break;
    default:
      return {};
  }
  m_has_uuid_term = true;
  m_description.uuid = Uuid::parse(param.value);
  if (m_description.uuid) return {};
  return m_warnings->add(Oddity::uuid, [&] {
    return fmt::format("'{}': the UUID '{:.80}' is malformed and ignored", m_file, param.value);
  });
}

void HeaderCollector::set_count(std::uint32_t& into, const Param& param) {
  const auto count = parse_whole_number(param.value);
  if (count && *count > 0 && *count <= std::numeric_limits<std::int32_t>::max()) {
    into = static_cast<std::uint32_t>(*count);
  }
}

Status HeaderCollector::set_pixel_size(std::optional<double>& into, const Param& param) {
  const auto number = parse_real(param.value);
  const LengthUnit unit = length_unit(param);
  const double size = (unit.is_area ? std::sqrt(number.value_or(0)) : number.value_or(0)) * unit.micrometres;
  into.reset();
  if (!std::isfinite(size) || !(size > 0)) {
    return m_warnings->add(Oddity::pixel_size, [&] {
      return fmt::format("'{}': the pixel size '{:.40}' is no size; taken as unknown", m_file, param.value);
    });
  }
  into = size;
  if (!unit.is_known) {
    return m_warnings->add(Oddity::pixel_size_unit, [&] {
      return fmt::format("'{}': the pixel size {:.40} has no unit of length; taken as micrometres", m_file,
                         param.value);
    });
  }
  return {};
}

Status HeaderCollector::apply_scan_settings(const Param& param) {
  const bool is_size = param.id == term::k_max_count_x || param.id == term::k_max_count_y ||
                       param.id == term::k_pixel_size_x || param.id == term::k_pixel_size_y;
  if (m_scan_settings > 1) {
    if (!is_size) return {};
    return m_warnings->add(Oddity::scan_settings, [&] {
      return fmt::format("'{}' has several scanSettings with sizes; the first are used", m_file);
    });
  }
  switch (param.id) {
    case term::k_max_count_x:
      set_count(m_description.max_count_x, param);
      return {};
    case term::k_max_count_y:
      set_count(m_description.max_count_y, param);
      return {};
    case term::k_pixel_size_x:
      return set_pixel_size(m_description.pixel_size_x_um, param);
    case term::k_pixel_size_y:
      m_has_pixel_size_y = true;
      return set_pixel_size(m_description.pixel_size_y_um, param);
    default:
      break;
  }
  const bool is_geometry = param.id >= term::k_first_scan_geometry && param.id <= term::k_last_scan_geometry;
  if (is_geometry && m_description.scan_geometry.size() < k_max_scan_geometry_terms) {
    m_description.scan_geometry.push_back(to_term(param));
  }
  return {};
}

Status HeaderCollector::finish(ImageDescription& description) {
  if (m_says_continuous != m_says_processed) {
    m_description.declared_mode = m_says_continuous ? Mode::continuous : Mode::processed;
  }
  if (!m_has_pixel_size_y) m_description.pixel_size_y_um = m_description.pixel_size_x_um;
  description = std::move(m_description);
  if (!m_has_uuid_term) {
    FANFOLD_TRY(m_warnings->add(Oddity::uuid, [&] { return fmt::format("'{}' declares no UUID", m_file); }));
  }
  const DeclaredChecksums& sums = description.checksums;
  if (!sums.md5 && !sums.sha1 && !sums.sha256) {
    FANFOLD_TRY(m_warnings->add(Oddity::checksum, [&] {
      return fmt::format("'{}' declares no checksum of the .ibd; its contents cannot be verified", m_file);
    }));
  }
  return {};
}

}  // namespace fanfold::imzml
