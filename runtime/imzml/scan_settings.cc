#include "runtime/imzml/scan_settings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "runtime/imzml/number_text.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_settings = 1000;
constexpr std::size_t k_max_geometry_terms = 16;
constexpr std::size_t k_max_text = 256;

Param shortened(Param param) {
  for (auto* text : {&param.accession, &param.name, &param.value, &param.unit_accession, &param.unit_name}) {
    *text = text->substr(0, k_max_text);
  }
  return param;
}

void set_count(std::uint32_t& into, const Param& param) {
  const auto count = parse_whole_number(param.value);
  if (count && *count > 0 && *count <= std::numeric_limits<std::int32_t>::max()) {
    into = static_cast<std::uint32_t>(*count);
  }
}

// What one unit of a pixel size is in micrometres. An area is that of the pixel: its side is meant.
struct LengthUnit {
  double micrometres = 1;
  bool is_area = false;
  bool is_known = true;
};

LengthUnit unit_by_name(std::string_view name) {
  struct Named {
    std::string_view name;
    double micrometres;
  };
  constexpr std::array k_names{Named{"micrometer", 1},   Named{"micrometre", 1},   Named{"micron", 1},
                               Named{"um", 1},           Named{"\xc2\xb5m", 1},    Named{"\xce\xbcm", 1},
                               Named{"nanometer", 1e-3}, Named{"nanometre", 1e-3}, Named{"nm", 1e-3},
                               Named{"millimeter", 1e3}, Named{"millimetre", 1e3}, Named{"mm", 1e3}};
  const auto found = std::ranges::find(k_names, name, &Named::name);
  if (found != k_names.end()) return {found->micrometres};
  return {1, name.find("square") != std::string_view::npos || name.starts_with("area"), false};
}

LengthUnit length_unit(const StoredParam& param) {
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
      return unit_by_name(param.unit_name);
  }
}

}  // namespace

std::size_t ScanSettingsCollector::begin(std::string_view id) {
  if (m_all.size() == k_max_settings) return 0;
  m_all.emplace_back();
  m_all.back().id = id.substr(0, k_max_text);
  return m_all.size();
}

void ScanSettingsCollector::refer(std::string_view id) {
  if (m_reference.empty()) m_reference = id.substr(0, k_max_text);
}

void ScanSettingsCollector::apply(std::size_t number, const Param& param) {
  if (number == 0 || number > m_all.size()) return;
  Settings& settings = m_all[number - 1];
  switch (param.id) {
    case term::k_max_count_x:
      set_count(settings.max_count_x, param);
      return;
    case term::k_max_count_y:
      set_count(settings.max_count_y, param);
      return;
    case term::k_pixel_size_x:
      settings.pixel_size_x = StoredParam(shortened(param));
      return;
    case term::k_pixel_size_y:
      settings.pixel_size_y = StoredParam(shortened(param));
      return;
    default:
      break;
  }
  const bool is_geometry = param.id >= term::k_first_scan_geometry && param.id <= term::k_last_scan_geometry;
  if (is_geometry && settings.geometry.size() < k_max_geometry_terms) {
    const Param term = shortened(param);
    settings.geometry.push_back({std::string(term.accession), std::string(term.name)});
  }
}

Status ScanSettingsCollector::set_pixel_size(std::optional<double>& into,
                                             const std::optional<StoredParam>& from) const {
  // A number without dimension says that a pixel is a pixel.
  if (!from || parse_accession(from->unit_accession) == uo(186)) return {};
  const LengthUnit unit = length_unit(*from);
  const double number = parse_real(from->value).value_or(0);
  const double size = (unit.is_area ? std::sqrt(number) : number) * unit.micrometres;
  if (!std::isfinite(size) || !(size > 0)) {
    return m_warnings->add(Oddity::pixel_size, [&] {
      return fmt::format("'{}': the pixel size '{:.40}' is no size; taken as unknown", m_file, from->value);
    });
  }
  into = size;
  if (unit.is_area) {
    return m_warnings->add(Oddity::pixel_size_unit, [&] {
      return fmt::format("'{}': the pixel size {:.40} is an area; its side, {} um, is used", m_file,
                         from->value, size);
    });
  }
  if (unit.is_known) return {};
  return m_warnings->add(Oddity::pixel_size_unit, [&] {
    return fmt::format("'{}': the pixel size {:.40} has no unit of length; taken as micrometres", m_file,
                       from->value);
  });
}

Result<const ScanSettingsCollector::Settings*> ScanSettingsCollector::choose() const {
  if (m_all.empty()) return static_cast<const Settings*>(nullptr);
  if (const auto named = std::ranges::find(m_all, m_reference, &Settings::id);
      !m_reference.empty() && named != m_all.end()) {
    return &*named;
  }
  if (std::ranges::count_if(m_all, &Settings::has_sizes) > 1) {
    FANFOLD_TRY(m_warnings->add(Oddity::scan_settings, [&] {
      return fmt::format("'{}' has several scanSettings with sizes; the first are used", m_file);
    }));
  }
  return &m_all.front();
}

Status ScanSettingsCollector::finish(ImageDescription& description) const {
  FANFOLD_ASSIGN(const Settings* const settings, choose());
  if (settings == nullptr) return {};
  description.max_count_x = settings->max_count_x;
  description.max_count_y = settings->max_count_y;
  description.scan_geometry = settings->geometry;
  FANFOLD_TRY(set_pixel_size(description.pixel_size_x_um, settings->pixel_size_x));
  FANFOLD_TRY(set_pixel_size(description.pixel_size_y_um, settings->pixel_size_y));
  if (!settings->pixel_size_y) description.pixel_size_y_um = description.pixel_size_x_um;
  return {};
}

}  // namespace fanfold::imzml
