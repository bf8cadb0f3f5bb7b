// What follows from all pixels together: the mode, the extent, the totals.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/core/result.h"
#include "runtime/imzml/description.h"
#include "runtime/imzml/pixel_record.h"
#include "runtime/imzml/position_set.h"
#include "runtime/imzml/warnings.h"

namespace fanfold::imzml {

class ImageTally {
 public:
  void add(const PixelRecord& pixel);
  std::uint64_t pixels() const { return m_pixels; }
  // Completes a description that holds what the header declares. corrupt_data for an image without pixels.
  Status finish(ImageDescription& description, std::string_view file, Warnings& warnings) const;

 private:
  Status decide_mode(ImageDescription& description, std::string_view file, Warnings& warnings) const;
  Status decide_extent(ImageDescription& description, std::string_view file, Warnings& warnings) const;

  std::uint64_t m_pixels = 0;
  bool m_has_axis = false;
  bool m_one_axis = true;
  std::uint64_t m_axis_offset = 0;
  std::uint32_t m_axis_length = 0;
  std::int32_t m_min_x = 0, m_max_x = 0, m_min_y = 0, m_max_y = 0;
  std::uint64_t m_max_mz_length = 0, m_max_intensity_length = 0;
  std::uint64_t m_total_mz_points = 0, m_total_intensity_points = 0;
  PositionSet m_positions;
};

}  // namespace fanfold::imzml
