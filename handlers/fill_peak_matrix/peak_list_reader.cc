#include "handlers/fill_peak_matrix/peak_list_reader.h"

#include "handlers/objects/objects.h"
#include "handlers/peak_picking/partial.h"
#include "runtime/core/units.h"

namespace fanfold::handlers {
namespace {

constexpr std::uint64_t k_window_bytes = 1_MiB;

std::uint64_t bytes_of(const imzml::PixelRecord& record) {
  return std::uint64_t{record.mz_length} * peak_picking::k_bytes_per_peak;
}

}  // namespace

Result<PeakListReader> PeakListReader::open(StoreRegistry& stores, const protocol::ImageInput& peaks,
                                            std::uint64_t first, std::uint64_t pixels) {
  PeakListReader reader;
  FANFOLD_ASSIGN(reader.m_source, open_object(stores, peaks.ibd, peaks.ibd_identity));
  FANFOLD_ASSIGN(reader.m_records, read_pixel_records(stores, peaks.index, first, pixels));
  return reader;
}

// Reads on from the next pixel: whole pixels up to the window's size, at least one.
Status PeakListReader::fill_window() {
  std::uint64_t bytes = bytes_of(m_records[m_next]);
  for (std::size_t i = m_next + 1; i < m_records.size(); ++i) {
    if (bytes + bytes_of(m_records[i]) > k_window_bytes) break;
    bytes += bytes_of(m_records[i]);
  }
  m_window_offset = m_records[m_next].mz_offset;
  if (!range_within(m_window_offset, bytes, m_source->size_bytes())) {
    return make_error(ErrorKind::corrupt_data, "the peak file '{}' ends before the peaks of its pixel {}",
                      m_source->name(), m_next + 1);
  }
  m_window.resize(static_cast<std::size_t>(bytes));
  return m_source->read_at(m_window_offset, m_window);
}

Result<std::span<const kernels::Peak>> PeakListReader::next() {
  FANFOLD_ASSERT(m_next < m_records.size());
  const imzml::PixelRecord& record = m_records[m_next];
  const std::uint64_t bytes = bytes_of(record);
  if (record.mz_offset < m_window_offset ||
      !range_within(record.mz_offset - m_window_offset, bytes, m_window.size())) {
    FANFOLD_TRY(fill_window());
  }
  ++m_next;
  const std::size_t count = record.mz_length;
  m_peaks.resize(count);
  const std::byte* from = m_window.data() + (record.mz_offset - m_window_offset);
  const auto take = [&](std::size_t block, double kernels::Peak::*field) {
    for (std::size_t i = 0; i < count; ++i) {
      m_peaks[i].*field = load<double>(from + (block * count + i) * sizeof(double));
    }
  };
  take(0, &kernels::Peak::mass);
  take(1, &kernels::Peak::intensity);
  take(2, &kernels::Peak::area);
  take(3, &kernels::Peak::snr);
  take(4, &kernels::Peak::bin_size);
  return std::span<const kernels::Peak>(m_peaks);
}

}  // namespace fanfold::handlers
