#include "orchestrator/validation/spectrum_rules.h"

#include <fmt/format.h>

#include <bit>
#include <limits>

#include "orchestrator/validation/rule_names.h"
#include "runtime/core/bytes.h"
#include "runtime/imzml/number_text.h"
#include "runtime/imzml/vocabulary.h"

namespace fanfold::validation {
namespace {

constexpr std::int64_t k_uuid_bytes = 16;
constexpr std::size_t k_max_depths = 16;

// Bytes per value, 0 for what is no type.
unsigned size_of_type(imzml::TermId term) {
  namespace t = imzml::term;
  switch (term) {
    case t::k_int8:
      return 1;
    case t::k_int16:
      return 2;
    case t::k_float32:
    case t::k_int32:
    case t::k_old_int32:
      return 4;
    case t::k_float64:
    case t::k_int64:
    case t::k_old_int64:
      return 8;
    default:
      return 0;
  }
}

std::string sizes_text(std::uint8_t sizes) {
  std::string text;
  for (unsigned size = 1; size <= 8; size *= 2) {
    if ((sizes & size) != 0) text += fmt::format("{}{}", text.empty() ? "" : " or ", size);
  }
  return text;
}

}  // namespace

std::optional<std::uint64_t> SpectrumRules::Array::bytes() const {
  if (encoded) return *encoded >= 0 ? std::optional(static_cast<std::uint64_t>(*encoded)) : std::nullopt;
  if (!length || *length < 0 || is_compressed || !std::has_single_bit(sizes)) return std::nullopt;
  const auto product = checked_mul(static_cast<std::uint64_t>(*length), sizes);
  return product ? std::optional(*product) : std::nullopt;
}

void SpectrumRules::begin() {
  m_is_open = true;
  m_in_scan = m_in_spectrum = {};
  m_mz.reset();
  m_intensity.reset();
}

void SpectrumRules::set_coordinate(Position& position, const imzml::Param& param) {
  Coordinate* into = nullptr;
  if (param.id == imzml::term::k_position_x) into = &position.x;
  if (param.id == imzml::term::k_position_y) into = &position.y;
  if (param.id == imzml::term::k_position_z) into = &position.z;
  if (into == nullptr || into->is_there) return;
  into->is_there = true;
  const auto number = imzml::parse_whole_number(param.value);
  using Limits = std::numeric_limits<std::int32_t>;
  if (number && *number >= Limits::min() && *number <= Limits::max()) {
    into->value = static_cast<std::int32_t>(*number);
  }
}

void SpectrumRules::apply(Element place, const imzml::Param& param) {
  if (place == Element::array) return apply_to_array(param);
  set_coordinate(place == Element::scan ? m_in_scan : m_in_spectrum, param);
}

void SpectrumRules::apply_to_array(const imzml::Param& param) {
  namespace t = imzml::term;
  switch (param.id) {
    case t::k_mz_array:
      m_array.is_mz = true;
      return;
    case t::k_intensity_array:
      m_array.is_intensity = true;
      return;
    case t::k_external_offset:
      m_array.offset = imzml::parse_whole_number(param.value);
      return;
    case t::k_external_length:
      m_array.length = imzml::parse_whole_number(param.value);
      return;
    case t::k_external_encoded_length:
      m_array.encoded = imzml::parse_whole_number(param.value);
      return;
    case t::k_no_compression:
      return;
    default:
      break;
  }
  if (const unsigned size = size_of_type(param.id)) {
    m_array.sizes = static_cast<std::uint8_t>(m_array.sizes | size);
  } else if (imzml::is_below(param.id, imzml::ms(1000572))) {
    m_array.is_compressed = true;
  }
}

void SpectrumRules::check_size(const char* kind) const {
  if (m_array.is_compressed || m_array.sizes == 0 || !m_array.length || !m_array.encoded) return;
  if (*m_array.length < 0 || *m_array.encoded < 0) return;
  const auto length = static_cast<std::uint64_t>(*m_array.length);
  const auto encoded = static_cast<std::uint64_t>(*m_array.encoded);
  for (unsigned size = 1; size <= 8; size *= 2) {
    if ((m_array.sizes & size) != 0 && checked_mul(length, size) == encoded) return;
  }
  m_reporter->add(
      Level::error, rule::k_array_size, kind,
      [&] { return fmt::format("the {} array has {} values in {} bytes", kind, length, encoded); },
      fmt::format("{} bytes per value, as its type says", sizes_text(m_array.sizes)));
}

void SpectrumRules::check_bounds(const char* kind) const {
  const auto bytes = m_array.bytes();
  if (!m_array.offset || !bytes || *bytes == 0 || *m_array.offset < 0) return;
  if (*m_array.offset < k_uuid_bytes) {
    m_reporter->add(
        Level::error, rule::k_outside_ibd, "uuid",
        [&] { return fmt::format("the {} array begins at byte {}", kind, *m_array.offset); },
        "byte 16 or behind: the UUID stands before");
  }
  const auto offset = static_cast<std::uint64_t>(*m_array.offset);
  if (!m_ibd_bytes || range_within(offset, *bytes, *m_ibd_bytes)) return;
  m_reporter->add(
      Level::error, rule::k_outside_ibd, kind,
      [&] { return fmt::format("the {} array has {} bytes at byte {}", kind, *bytes, offset); },
      fmt::format("it ends within the {} bytes of the .ibd", *m_ibd_bytes));
}

void SpectrumRules::end_array() {
  if (m_array.is_mz == m_array.is_intensity) return;
  const char* const kind = m_array.is_mz ? "m/z" : "intensity";
  check_size(kind);
  check_bounds(kind);
  (m_array.is_mz ? m_mz : m_intensity) = m_array;
}

void SpectrumRules::check_mode() {
  if (m_mode != imzml::Mode::continuous || !m_mz || !m_mz->offset || m_mz->length.value_or(0) == 0) return;
  if (!m_shared_axis) m_shared_axis = m_mz;
  if (m_mz->offset == m_shared_axis->offset && m_mz->length == m_shared_axis->length) return;
  m_reporter->add(
      Level::error, rule::k_mode, "continuous",
      [&] {
        return fmt::format("its m/z array lies at byte {} ({} values), although the mode is continuous",
                           *m_mz->offset, *m_mz->length);
      },
      fmt::format("the axis of the other spectra, at byte {} ({} values)", *m_shared_axis->offset,
                  *m_shared_axis->length));
}

void SpectrumRules::check_position() {
  for (const bool is_x : {true, false}) {
    const Coordinate& scan = is_x ? m_in_scan.x : m_in_scan.y;
    if (scan.is_there) continue;
    const char* const name = is_x ? "position x (IMS:1000050)" : "position y (IMS:1000051)";
    const bool is_misplaced = (is_x ? m_in_spectrum.x : m_in_spectrum.y).is_there;
    m_reporter->add(
        Level::error, rule::k_missing_position, is_x ? "x" : "y",
        [&] {
          return is_misplaced ? fmt::format("its {} stands in <spectrum>", name)
                              : fmt::format("it has no {}", name);
        },
        "one in <scan>");
  }
  const auto x = m_in_scan.x.is_there ? m_in_scan.x.value : m_in_spectrum.x.value;
  const auto y = m_in_scan.y.is_there ? m_in_scan.y.value : m_in_spectrum.y.value;
  const std::int32_t z = (m_in_scan.z.is_there ? m_in_scan.z : m_in_spectrum.z).value.value_or(0);
  if (!x || !y || (m_positions.size() == k_max_depths && !m_positions.contains(z))) return;
  if (!m_positions[z].insert(*x, *y)) return;
  m_reporter->add(
      Level::warning, rule::k_duplicate_position, "",
      [&] { return fmt::format("an earlier spectrum has its position ({}, {}) too", *x, *y); },
      "a position of its own");
}

void SpectrumRules::check_lengths() const {
  if (!m_mz || !m_intensity || !m_mz->length || !m_intensity->length) return;
  if (*m_mz->length == *m_intensity->length) return;
  m_reporter->add(
      Level::error, rule::k_array_lengths, "",
      [&] {
        return fmt::format("it has {} m/z values and {} intensities", *m_mz->length, *m_intensity->length);
      },
      "as many of the one as of the other");
}

void SpectrumRules::end() {
  m_is_open = false;
  ++m_spectra;
  check_position();
  check_lengths();
  check_mode();
}

}  // namespace fanfold::validation
