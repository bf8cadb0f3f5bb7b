#include "runtime/imzml/spectrum_collector.h"

#include <cmath>
#include <limits>

#include "runtime/imzml/number_text.h"

namespace fanfold::imzml {
namespace {

constexpr std::size_t k_max_number_text = 64;

}  // namespace

std::optional<std::uint64_t> OffsetUnwrapper::unwrap(std::int64_t offset) {
  constexpr std::int64_t k_half = std::int64_t{1} << 31;
  constexpr std::uint64_t k_mask = (std::uint64_t{1} << 32) - 1;
  if (offset < -k_half) return std::nullopt;
  m_is_active = m_is_active || offset < 0;
  if (m_previous_written == offset) return m_previous;
  m_previous_written = offset;
  if (m_is_active) {
    // Both sides shifted up by 2^31, so that nothing is negative; the smallest multiple of 2^32 that ascends.
    const std::uint64_t shifted = static_cast<std::uint64_t>(offset + k_half);
    const std::uint64_t floor = m_previous + static_cast<std::uint64_t>(k_half);
    const std::uint64_t base = floor > shifted ? (floor - shifted + k_mask) & ~k_mask : 0;
    m_base = std::max(m_base, base);
  }
  m_previous = m_base + static_cast<std::uint64_t>(offset);
  return m_previous;
}

void SpectrumCollector::begin(const SpectrumPlace& place, std::optional<std::int64_t> default_length) {
  m_place = place;
  m_is_open = true;
  m_default_length = default_length;
  m_scan_position = {};
  m_spectrum_position = {};
  for (std::string& text : m_index_position) text.clear();
  for (std::string& text : m_stage_position) text.clear();
  m_mz.reset();
  m_intensity.reset();
}

void SpectrumCollector::begin_array(std::optional<std::int64_t> length_attribute) {
  m_draft = ArrayDraft{};
  m_draft.length_attribute = length_attribute ? length_attribute : m_default_length;
}

Status SpectrumCollector::set_position(Position& position, const Param& param) const {
  std::optional<std::int32_t>* into = nullptr;
  if (param.id == term::k_position_x) into = &position.x;
  if (param.id == term::k_position_y) into = &position.y;
  if (param.id == term::k_position_z) into = &position.z;
  if (into == nullptr || into->has_value()) return {};
  const auto number = parse_whole_number(param.value);
  if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
      *number > std::numeric_limits<std::int32_t>::max()) {
    return make_error(ErrorKind::corrupt_data, "{}: {:.40} is '{:.40}', not a whole number of 32 bits",
                      m_place.text(), param.name, param.value);
  }
  *into = static_cast<std::int32_t>(*number);
  return {};
}

Status SpectrumCollector::apply(Place place, const Param& param) {
  if (place == Place::array) {
    const Status status = m_draft.apply(param);
    if (!status) return status.error().with_context(m_place.text());
    return {};
  }
  if (!m_claims.note(param)) FANFOLD_TRY(warn_of_polarity_number(*m_warnings, m_place.text(), param));
  return set_position(place == Place::scan ? m_scan_position : m_spectrum_position, param);
}

void SpectrumCollector::apply_user(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 3> k_index_names{"xCoord", "yCoord", "zCoord"};
  constexpr std::array<std::string_view, 3> k_stage_names{"3DPositionX", "3DPositionY", "3DPositionZ"};
  for (std::size_t i = 0; i < 3; ++i) {
    if (name == k_index_names[i]) m_index_position[i] = value.substr(0, k_max_number_text);
    if (name == k_stage_names[i]) m_stage_position[i] = value.substr(0, k_max_number_text);
  }
}

Result<SpectrumCollector::Position> SpectrumCollector::user_position() const {
  const bool has_index = !m_index_position[0].empty() && !m_index_position[1].empty();
  const auto& texts = has_index ? m_index_position : m_stage_position;
  std::array<std::optional<std::int32_t>, 3> numbers;
  for (std::size_t i = 0; i < 3; ++i) {
    if (texts[i].empty()) continue;
    const auto number = parse_real(texts[i]);
    // Positions on the stage have fractions; pixels have none.
    const double whole = std::round(number.value_or(std::numeric_limits<double>::quiet_NaN()));
    constexpr std::size_t k_z = 2;  // decides nothing
    if (!(whole >= std::numeric_limits<std::int32_t>::min() &&
          whole <= std::numeric_limits<std::int32_t>::max())) {
      if (i == k_z) continue;
      return make_error(ErrorKind::corrupt_data, "{}: its userParam of position {} is '{:.40}', not a number",
                        m_place.text(), "xyz"[i], texts[i]);
    }
    numbers[i] = static_cast<std::int32_t>(whole);
  }
  return Position{numbers[0], numbers[1], numbers[2]};
}

Result<SpectrumCollector::Position> SpectrumCollector::decide_position() {
  Position position = m_scan_position;
  if (!position.x) position.x = m_spectrum_position.x;
  if (!position.y) position.y = m_spectrum_position.y;
  if (!position.z) position.z = m_spectrum_position.z;
  if (!position.x && !position.y) {
    FANFOLD_ASSIGN(position, user_position());
    if (position.x && position.y) {
      FANFOLD_TRY(m_warnings->add(Oddity::user_position, [&] {
        return fmt::format("{}: it has no position but that of its userParams; ({}, {}) is used",
                           m_place.text(), *position.x, *position.y);
      }));
    }
  }
  if (position.x && position.y) return position;
  return make_error(ErrorKind::corrupt_data, "{}: it has no position {}", m_place.text(),
                    position.x ? "y" : "x");
}

Status SpectrumCollector::end_array() {
  // Further arrays (mobilities, say) are legal and of no use here.
  if (m_draft.is_mz == m_draft.is_intensity) return {};
  const char* const kind = m_draft.is_mz ? "m/z" : "intensity";
  auto& into = m_draft.is_mz ? m_mz : m_intensity;
  if (into) {
    return make_error(ErrorKind::corrupt_data, "{}: it has two {} arrays", m_place.text(), kind);
  }
  FANFOLD_ASSIGN(into, (m_draft.is_mz ? m_mz_rule : m_intensity_rule).judge(m_draft, *m_warnings, m_place));
  return {};
}

Result<std::uint64_t> SpectrumCollector::unwrap(OffsetUnwrapper& unwrapper, const ArrayFacts& facts,
                                                const char* kind) {
  if (facts.bytes == 0) return static_cast<std::uint64_t>(std::max<std::int64_t>(facts.offset, 0));
  const auto offset = unwrapper.unwrap(facts.offset);
  if (!offset) {
    return make_error(ErrorKind::corrupt_data, "{}: the offset of its {} array is {}", m_place.text(), kind,
                      facts.offset);
  }
  if (unwrapper.is_active()) {
    FANFOLD_TRY(m_warnings->add(Oddity::negative_offset, [&] {
      return fmt::format("{}: the offset of its {} array is {}, as of a 32-bit writer; read as {}",
                         m_place.text(), kind, facts.offset, *offset);
    }));
  }
  return *offset;
}

Status SpectrumCollector::check_depth(std::optional<std::int32_t> z) {
  if (!z) return {};
  if (!m_first_z) m_first_z = z;
  if (*z == *m_first_z) return {};
  return m_warnings->add(Oddity::depth_position, [&] {
    return fmt::format("{}: position z is {} after {}; z is ignored, so that sections overlap",
                       m_place.text(), *z, *m_first_z);
  });
}

Result<PixelRecord> SpectrumCollector::end() {
  m_is_open = false;
  FANFOLD_ASSIGN(const Position position, decide_position());
  FANFOLD_TRY(check_depth(position.z));
  if (!m_mz && !m_intensity) {
    FANFOLD_TRY(m_warnings->add(Oddity::no_arrays, [&] {
      return fmt::format("{}: it has no arrays; taken as empty", m_place.text());
    }));
    m_mz = m_intensity = ArrayFacts{};
  }
  if (!m_mz || !m_intensity) {
    return make_error(ErrorKind::corrupt_data, "{}: it has no {} array", m_place.text(),
                      m_mz ? "intensity" : "m/z");
  }
  PixelRecord pixel;
  FANFOLD_ASSIGN(pixel.mz_offset, unwrap(m_mz_unwrapper, *m_mz, "m/z"));
  FANFOLD_ASSIGN(pixel.intensity_offset, unwrap(m_intensity_unwrapper, *m_intensity, "intensity"));
  pixel.mz_encoded_bytes = m_mz->bytes;
  pixel.intensity_encoded_bytes = m_intensity->bytes;
  pixel.mz_length = static_cast<std::uint32_t>(m_mz->length);
  pixel.intensity_length = static_cast<std::uint32_t>(m_intensity->length);
  pixel.x = *position.x;
  pixel.y = *position.y;
  if (pixel.mz_length != pixel.intensity_length) {
    FANFOLD_TRY(m_warnings->add(Oddity::array_lengths, [&] {
      return fmt::format("{}: it has {} m/z values and {} intensities", m_place.text(), pixel.mz_length,
                         pixel.intensity_length);
    }));
  }
  return pixel;
}

}  // namespace fanfold::imzml
