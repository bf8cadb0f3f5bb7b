#include "handlers/peak_lists/peak_list_reader.h"

#include <algorithm>
#include <limits>

#include "handlers/kernels/peak_cleaning.h"
#include "handlers/objects/objects.h"
#include "handlers/spectra/encoding.h"
#include "runtime/imzml/peak_list_mark.h"
#include "runtime/imzml/points.h"

namespace fanfold::handlers {
namespace {

constexpr std::uint64_t k_records_at_once = 4096;
constexpr imzml::SpectrumEncoding k_blocks_encoding{{}, {ValueType::float64, Compression::none}};

// To the reader of spectra the blocks of a pixel are one array of intensities.
Result<imzml::PixelRecord> record_of_blocks(const imzml::PixelRecord& pixel, std::uint64_t blocks_begin,
                                            const std::string& name) {
  if (pixel.mz_length != pixel.intensity_length) {
    return make_error(
        ErrorKind::corrupt_data,
        "the peak list at ({}, {}) of '{}' has {} m/z values and {} intensities; it must have as "
        "many of both",
        pixel.x, pixel.y, name, pixel.mz_length, pixel.intensity_length);
  }
  if (pixel.intensity_length > std::numeric_limits<std::uint32_t>::max() / imzml::k_peak_list_blocks) {
    return make_error(ErrorKind::corrupt_data, "the pixel at ({}, {}) of '{}' has {} peaks, more than can be",
                      pixel.x, pixel.y, name, pixel.intensity_length);
  }
  imzml::PixelRecord blocks = pixel;
  if (pixel.intensity_length == 0) return blocks;
  if (blocks_begin != 0 && !imzml::lies_as_peaks_do(pixel, blocks_begin)) {
    return make_error(ErrorKind::corrupt_data,
                      "the peak list at ({}, {}) of '{}', {} peaks at bytes {} and {}, does not lie as those "
                      "that Fanfold writes: its areas cannot be found",
                      pixel.x, pixel.y, name, pixel.mz_length, pixel.mz_offset, pixel.intensity_offset);
  }
  blocks.intensity_offset = imzml::peak_blocks_offset(pixel, blocks_begin);
  blocks.intensity_length = pixel.intensity_length * imzml::k_peak_list_blocks;
  blocks.intensity_encoded_bytes = blocks.intensity_length * std::uint64_t{sizeof(double)};
  return blocks;
}

Status check_encoding(const protocol::ImageInput& lists) {
  const bool is_plain = lists.mz_type == ValueType::float64 && lists.mz_compression == Compression::none &&
                        lists.intensity_type == ValueType::float64 &&
                        lists.intensity_compression == Compression::none;
  if (is_plain) return {};
  return make_error(
      ErrorKind::corrupt_data,
      "the peak lists of '{}' are of {} and {} (compression: {} and {}); those with areas and bin sizes are "
      "of uncompressed float64",
      lists.name, to_string(lists.mz_type), to_string(lists.intensity_type), to_string(lists.mz_compression),
      to_string(lists.intensity_compression));
}

}  // namespace

Result<PeakListReader> PeakListReader::open(StoreRegistry& stores, const protocol::ImageInput& lists,
                                            ListOrigin origin, std::uint64_t first, std::uint64_t pixels,
                                            std::uint64_t window_bytes) {
  if (lists.peak_blocks) FANFOLD_TRY(check_encoding(lists));
  PeakListReader reader;
  reader.m_name = lists.name;
  reader.m_origin = origin;
  reader.m_has_blocks = lists.peak_blocks;
  reader.m_blocks_begin = lists.peak_blocks_begin;
  reader.m_continuous = lists.continuous;
  FANFOLD_ASSIGN(reader.m_ibd, open_object(stores, lists.ibd, lists.ibd_identity));
  FANFOLD_ASSIGN(reader.m_index, open_object(stores, lists.index));
  reader.m_reader = std::make_unique<imzml::SpectrumReader>(*reader.m_ibd, encoding_of(lists),
                                                            static_cast<std::size_t>(window_bytes));
  if (lists.peak_blocks) {
    reader.m_blocks_reader = std::make_unique<imzml::SpectrumReader>(*reader.m_ibd, k_blocks_encoding,
                                                                     static_cast<std::size_t>(window_bytes));
  }
  reader.m_next_record = first;
  reader.m_end_record = first + pixels;
  return reader;
}

Status PeakListReader::load_records() {
  const std::uint64_t count = std::min(k_records_at_once, m_end_record - m_next_record);
  FANFOLD_ASSERT(count > 0);
  FANFOLD_ASSIGN(m_records, read_pixel_records(*m_index, m_next_record, count));
  m_block_records.clear();
  for (const imzml::PixelRecord& record : m_records) {
    if (!m_has_blocks) break;
    FANFOLD_ASSIGN(const imzml::PixelRecord blocks, record_of_blocks(record, m_blocks_begin, m_name));
    m_block_records.push_back(blocks);
  }
  m_next_record += count;
  m_next = m_window_first = m_window_count = 0;
  return {};
}

Status PeakListReader::fill_window() {
  const auto rest = std::span<const imzml::PixelRecord>(m_records).subspan(m_next);
  std::size_t count = m_reader->pixels_that_fit(rest, imzml::WhichArrays::both);
  if (m_has_blocks) {
    const auto blocks = std::span<const imzml::PixelRecord>(m_block_records).subspan(m_next, count);
    count = m_blocks_reader->pixels_that_fit(blocks, imzml::WhichArrays::intensity);
    FANFOLD_ASSIGN(m_blocks_window,
                   m_blocks_reader->read(blocks.first(count), imzml::WhichArrays::intensity));
  }
  FANFOLD_ASSIGN(m_window, m_reader->read(rest.first(count), imzml::WhichArrays::both));
  m_window_first = m_next;
  m_window_count = count;
  return {};
}

void PeakListReader::decode(std::size_t in_window) {
  m_window->mz(in_window, m_masses);
  m_window->intensity(in_window, m_intensities);
  if (!m_has_blocks) {
    imzml::fit_to_points(imzml::points_of(m_records[m_next], m_continuous), m_masses, m_intensities);
  }
  const std::size_t count = m_masses.size();
  m_peaks.resize(count);
  for (std::size_t i = 0; i < count; ++i) m_peaks[i] = {m_masses[i], m_intensities[i], 0.0, 0.0, -1.0};
  if (!m_has_blocks) {
    m_damaged += kernels::clean_peaks(m_peaks);
    return;
  }
  m_blocks_window->intensity(in_window, m_blocks);
  for (std::size_t i = 0; i < count; ++i) {
    m_peaks[i].area = m_blocks[i];
    m_peaks[i].snr = m_blocks[count + i];
    m_peaks[i].bin_size = m_blocks[2 * count + i];
  }
  if (m_origin == ListOrigin::input) m_damaged += kernels::drop_damaged_peaks(m_peaks);
}

Result<std::span<const kernels::Peak>> PeakListReader::next() {
  if (m_next == m_records.size()) FANFOLD_TRY(load_records());
  if (m_next >= m_window_first + m_window_count) FANFOLD_TRY(fill_window());
  decode(m_next - m_window_first);
  ++m_next;
  return std::span<const kernels::Peak>(m_peaks);
}

}  // namespace fanfold::handlers
