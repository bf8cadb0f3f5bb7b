#include "handlers/spectra/row_source.h"

#include <algorithm>
#include <numeric>

#include "handlers/kernels/axis.h"
#include "handlers/objects/objects.h"
#include "handlers/spectra/encoding.h"
#include "handlers/spectra/selected_records.h"
#include "runtime/imzml/points.h"

namespace fanfold::handlers {
Result<RowSource> RowSource::open(StoreRegistry& stores, const protocol::StageArguments& arguments,
                                  const protocol::CubeRange& range, std::span<const double> axis) {
  std::vector<std::uint64_t> all(static_cast<std::size_t>(range.pixels));
  std::iota(all.begin(), all.end(), range.first_pixel);
  return open_selected(stores, arguments, range, axis, all);
}

Result<RowSource> RowSource::open_selected(StoreRegistry& stores, const protocol::StageArguments& arguments,
                                           const protocol::CubeRange& range, std::span<const double> axis,
                                           const std::vector<std::uint64_t>& pixels) {
  const protocol::ImageInput& image = arguments.images[range.image];
  RowSource source(arguments.compat);
  source.m_axis = axis;
  source.m_resample = !image.matches_axis;
  source.m_continuous = image.continuous;
  FANFOLD_ASSIGN(source.m_ibd, open_object(stores, image.ibd, image.ibd_identity));
  FANFOLD_ASSIGN(const auto index, open_object(stores, image.index));
  FANFOLD_ASSIGN(source.m_records, read_selected_records(*index, pixels));
  source.m_pixels = pixels;
  source.m_reader = std::make_unique<imzml::SpectrumReader>(*source.m_ibd, encoding_of(image),
                                                            static_cast<std::size_t>(arguments.window_bytes));
  source.m_reader->will_read(source.m_records, source.arrays_to_read());
  return source;
}

imzml::WhichArrays RowSource::arrays_to_read() const {
  return m_resample ? imzml::WhichArrays::both : imzml::WhichArrays::intensity;
}

Status RowSource::fill_window() {
  const auto rest = std::span<const imzml::PixelRecord>(m_records).subspan(m_next);
  const auto which = arrays_to_read();
  const std::size_t count = std::clamp<std::size_t>(m_reader->pixels_that_fit(rest, which), 1, rest.size());
  FANFOLD_ASSIGN(m_block, m_reader->read(rest.first(count), which));
  m_window_first = m_next;
  m_window_count = count;
  return {};
}

Status RowSource::load_resampled(std::size_t in_window, std::size_t slot) {
  const imzml::PixelRecord& record = m_records[m_window_first + in_window];
  Spectrum& spectrum = m_spectra[slot];
  m_block->mz(in_window, spectrum.masses);
  m_block->intensity(in_window, spectrum.intensities);
  imzml::fit_to_points(imzml::points_of(record, m_continuous), spectrum.masses, spectrum.intensities);
  m_repair.repair(m_pixels[m_window_first + in_window], spectrum.masses, spectrum.intensities);
  const kernels::Trim trim = kernels::trim_to_axis(spectrum.masses, m_axis);
  SpectrumRow& out = m_out[slot];
  out.masses = std::span(spectrum.masses).subspan(trim.first, trim.count);
  out.intensities = std::span(spectrum.intensities).subspan(trim.first, trim.count);
  kernels::interpolate(out.masses, out.intensities, m_axis, out.row);
  return {};
}

Status RowSource::load_row(std::size_t in_window, std::size_t slot) {
  SpectrumRow& out = m_out[slot];
  out.pixel = m_pixels[m_window_first + in_window];
  out.row = std::span(m_rows).subspan(slot * m_axis.size(), m_axis.size());
  out.masses = {};
  out.intensities = {};
  if (m_resample) return load_resampled(in_window, slot);
  if (m_records[m_window_first + in_window].mz_length == 0) {
    std::ranges::fill(out.row, 0.0);  // intensities without masses are no points
  } else if (m_block->intensity_length(in_window) == m_axis.size()) {
    m_block->intensity(in_window, out.row);
  } else {
    m_block->intensity(in_window, m_uneven);
    m_uneven.resize(m_axis.size());
    std::ranges::copy(m_uneven, out.row.begin());
  }
  m_repair.repair_row(out.pixel, out.row);
  return {};
}

Result<std::span<SpectrumRow>> RowSource::next(std::size_t max_rows) {
  if (m_next == m_records.size()) return std::span<SpectrumRow>();
  if (m_next >= m_window_first + m_window_count) FANFOLD_TRY(fill_window());
  const std::size_t rows = std::min(max_rows, m_window_first + m_window_count - m_next);
  m_rows.resize(std::max(m_rows.size(), rows * m_axis.size()));
  m_out.resize(std::max(m_out.size(), rows));
  if (m_resample) m_spectra.resize(std::max(m_spectra.size(), rows));
  for (std::size_t slot = 0; slot < rows; ++slot) {
    FANFOLD_TRY(load_row(m_next - m_window_first + slot, slot));
  }
  m_next += rows;
  return std::span(m_out).first(rows);
}

}  // namespace fanfold::handlers
