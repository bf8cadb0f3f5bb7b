#include "runtime/imzml/image_tally.h"

#include <algorithm>

namespace fanfold::imzml {

void ImageTally::add(const PixelRecord& pixel) {
  if (m_pixels++ == 0) {
    m_min_x = m_max_x = pixel.x;
    m_min_y = m_max_y = pixel.y;
  }
  m_min_x = std::min(m_min_x, pixel.x);
  m_max_x = std::max(m_max_x, pixel.x);
  m_min_y = std::min(m_min_y, pixel.y);
  m_max_y = std::max(m_max_y, pixel.y);
  m_max_mz_length = std::max<std::uint64_t>(m_max_mz_length, pixel.mz_length);
  m_max_intensity_length = std::max<std::uint64_t>(m_max_intensity_length, pixel.intensity_length);
  m_total_mz_points += pixel.mz_length;
  m_total_intensity_points += pixel.intensity_length;
  m_positions.insert(pixel.x, pixel.y);
  if (pixel.mz_length == 0) return;
  if (!m_has_axis) {
    m_has_axis = true;
    m_axis_offset = pixel.mz_offset;
    m_axis_length = pixel.mz_length;
  }
  m_one_axis = m_one_axis && pixel.mz_offset == m_axis_offset && pixel.mz_length == m_axis_length;
}

Status ImageTally::decide_mode(ImageDescription& description, std::string_view file,
                               Warnings& warnings) const {
  const bool shares_axis = m_has_axis && m_one_axis;
  if (!description.declared_mode) {
    description.mode = shares_axis ? Mode::continuous : Mode::processed;
    return warnings.add(Oddity::mode, [&] {
      return fmt::format("'{}' declares neither continuous nor processed, or both; its m/z offsets say {}",
                         file, to_string(description.mode));
    });
  }
  description.mode = *description.declared_mode;
  if (description.mode == Mode::processed || shares_axis || !m_has_axis) return {};
  description.mode = Mode::processed;
  return warnings.add(Oddity::mode, [&] {
    return fmt::format(
        "'{}' declares continuous, but its spectra have m/z arrays of their own; read as processed", file);
  });
}

Status ImageTally::decide_extent(ImageDescription& description, std::string_view file,
                                 Warnings& warnings) const {
  description.min_x = m_min_x;
  description.max_x = m_max_x;
  description.min_y = m_min_y;
  description.max_y = m_max_y;
  const auto observed_x = static_cast<std::uint32_t>(std::max(m_max_x, 0));
  const auto observed_y = static_cast<std::uint32_t>(std::max(m_max_y, 0));
  if (observed_x > description.max_count_x || observed_y > description.max_count_y) {
    FANFOLD_TRY(warnings.add(Oddity::max_count, [&] {
      return fmt::format("'{}' declares {} x {} pixels, but positions reach {} x {}", file,
                         description.max_count_x, description.max_count_y, m_max_x, m_max_y);
    }));
  }
  description.max_count_x = std::max(description.max_count_x, observed_x);
  description.max_count_y = std::max(description.max_count_y, observed_y);
  description.duplicate_positions = m_positions.duplicates();
  if (description.duplicate_positions.value_or(0) == 0) return {};
  return warnings.add(Oddity::duplicate_position, [&] {
    return fmt::format("'{}' has {} pixels at positions that earlier pixels have", file,
                       *description.duplicate_positions);
  });
}

Status ImageTally::finish(ImageDescription& description, std::string_view file, Warnings& warnings) const {
  if (m_pixels == 0) return make_error(ErrorKind::corrupt_data, "'{}' has no spectra", file);
  description.pixels = m_pixels;
  description.max_mz_length = m_max_mz_length;
  description.max_intensity_length = m_max_intensity_length;
  description.total_mz_points = m_total_mz_points;
  description.total_intensity_points = m_total_intensity_points;
  FANFOLD_TRY(decide_mode(description, file, warnings));
  return decide_extent(description, file, warnings);
}

}  // namespace fanfold::imzml
