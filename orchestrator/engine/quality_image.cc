#include "orchestrator/engine/quality_image.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "orchestrator/engine/scratch_table.h"

namespace fanfold {
namespace {

using quality::Bits;
using quality::Position;
using quality::Reduce;

std::vector<std::uint32_t> cells_of(const quality::Grid& grid, std::span<const Position> positions) {
  std::vector<std::uint32_t> cells;
  cells.reserve(positions.size());
  for (const Position& position : positions) cells.push_back(quality::cell_of(grid, position));
  return cells;
}

std::uint64_t count_shared(std::vector<Position> positions) {
  const auto place = [](const Position& position) { return std::pair(position.y, position.x); };
  std::ranges::sort(positions, {}, place);
  std::uint64_t shared = 0;
  for (std::size_t i = 1; i < positions.size(); ++i) shared += place(positions[i]) == place(positions[i - 1]);
  return shared;
}

// Width of a channel: the distance to the next one, of the last channel to the one before it. 0 where there
// is no other.
double channel_ppm(const std::vector<double>& axis, std::size_t channel) {
  if (axis.size() < 2) return 0;
  const std::size_t from = std::min(channel, axis.size() - 2);
  return 1e6 * (axis[from + 1] - axis[from]) / axis[channel];
}

}  // namespace

Status ImageGatherer::gather(BinDeviations& deviations) {
  FANFOLD_TRY(locate_pixels());
  gather_maps();
  if (m_figure.drawn && !m_group.axis.empty()) gather_spectra();  // peak lists have no axis
  FANFOLD_TRY(gather_alignment());
  if (!m_figure.drawn || m_peak_counts.empty() || m_group.bins.empty()) return {};
  FANFOLD_ASSIGN(m_figure.deviations, measure_deviations(m_context, m_group, m_index, deviations));
  return {};
}

std::vector<std::uint32_t> ImageGatherer::ion_cells() const {
  if (!m_figure.drawn) return std::vector<std::uint32_t>(m_positions.size());
  return cells_of(*m_figure.ion_grid, m_positions);
}

Status ImageGatherer::read_index(const IndexedImage& source) {
  using Records = ScratchTableReader<imzml::PixelRecord>;
  FANFOLD_ASSIGN(Records records, Records::open(m_context.stores, source.index, source.pixels));
  m_positions.reserve(static_cast<std::size_t>(source.pixels));
  for (std::uint64_t i = 0; i < source.pixels; ++i) {
    if (i % k_scratch_rows_at_once == 0) {
      FANFOLD_TRY(keep_going(m_context, "quality report: pixels of " + source.name, i, source.pixels));
    }
    FANFOLD_ASSIGN(const imzml::PixelRecord record, records.next());
    m_positions.push_back({record.x, record.y});
    if (m_group.peak_lists) m_peak_counts.push_back(record.mz_length);
  }
  return {};
}

Status ImageGatherer::locate_pixels() {
  const IndexedImage& source = *m_image.source;
  FANFOLD_TRY(read_index(source));
  if (!m_group.peak_lists && m_image.peaks) {
    m_peak_counts.assign(m_image.peaks->counts.begin(), m_image.peaks->counts.end());
  }
  m_figure.name = source.name;
  m_figure.mode = std::string(imzml::to_string(source.description.mode));
  m_figure.group = m_group.number;
  m_figure.pixels = source.pixels;
  m_figure.pixel_width_um = source.description.pixel_size_x_um;
  m_figure.pixel_height_um = source.description.pixel_size_y_um;
  m_figure.grid = quality::make_grid(m_positions, m_budget.map_cells);
  m_figure.shared_positions = count_shared(m_positions);
  if (!m_figure.drawn) return {};
  m_figure.ion_grid = quality::make_grid(m_positions, m_budget.ion_cells);
  m_cells = cells_of(m_figure.grid, m_positions);
  return {};
}

std::vector<float> ImageGatherer::reduced(std::span<const double> values) const {
  quality::MapBuilder builder(m_figure.grid.cells(), Reduce::mean);
  for (std::size_t i = 0; i < values.size(); ++i) builder.add(m_cells[i], values[i]);
  return builder.finish();
}

quality::MapFigure ImageGatherer::intensities(std::span<const double> values, Bits bits) const {
  quality::MapFigure figure{quality::distribution(values), {}};
  if (m_figure.drawn) figure.map = quality::quantize_intensities(reduced(values), bits);
  return figure;
}

void ImageGatherer::gather_maps() {
  const handlers::ImageNormalizations& known = m_image.normalizations;
  if (known.tic.size() == m_positions.size()) m_figure.tic = intensities(known.tic, Bits::sixteen);
  if (known.max.size() == known.tic.size() && !known.max.empty()) {
    std::vector<double> fractions(known.tic.size());
    for (std::size_t i = 0; i < fractions.size(); ++i) fractions[i] = known.max[i] / known.tic[i];
    m_figure.base_peak_fraction = intensities(fractions, Bits::eight);
  }
  if (m_peak_counts.empty()) return;
  m_figure.peaks_per_pixel = intensities(m_peak_counts, Bits::eight);
  m_figure.peaks_per_pixel.distribution = quality::count_distribution(m_peak_counts);
}

void ImageGatherer::gather_spectra() {
  const std::uint32_t per_point = quality::channels_per_point(m_group.axis.size(), m_budget.trace_points);
  quality::SpectraFigure& spectra = m_figure.spectra;
  spectra.mean = quality::trace(m_image.normalizations.mean, per_point);
  spectra.base = quality::trace(m_image.normalizations.base, per_point);
  if (!m_image.processed) return;
  spectra.processed_mean = quality::trace(m_image.processed->result.mean, per_point);
  spectra.processed_base = quality::trace(m_image.processed->result.base, per_point);
}

void ImageGatherer::add_part(const char* name, double fraction, const std::vector<double>& lags,
                             quality::AlignmentFigure& alignment) const {
  const std::vector<double>& axis = m_group.axis;
  const auto last = static_cast<double>(axis.size() - 1);
  const auto anchor = static_cast<std::size_t>(
      std::clamp(std::round(fraction * static_cast<double>(axis.size())), 0.0, last));
  quality::LagFigure part;
  part.part = name;
  part.anchor_mz = axis[anchor];
  part.channel_ppm = channel_ppm(axis, anchor);
  double extent = 1;
  for (const double lag : lags) extent = std::max(extent, std::fabs(lag));
  part.lags.distribution =
      quality::centered_distribution(lags, extent, lag_step(m_context.job.parameters.alignment, axis.size()));
  if (m_figure.drawn) part.lags.map = quality::quantize_centered(reduced(lags), extent);
  for (const std::uint64_t pixel : alignment.sampled_pixels) {
    part.before.push_back(lags[static_cast<std::size_t>(pixel)]);
  }
  alignment.parts.push_back(std::move(part));
}

Status ImageGatherer::gather_alignment() {
  if (!m_image.processed || m_image.processed->result.lag_low.empty()) return {};
  const handlers::PreprocessedImage& result = m_image.processed->result;
  const Parameters::Alignment& parameters = m_context.job.parameters.alignment;
  quality::AlignmentFigure& figure = m_figure.alignment.emplace();
  figure.max_shift_ppm = parameters.max_shift_ppm;
  if (m_figure.drawn) figure.sampled_pixels = sampled_pixels(m_figure.pixels);
  add_part("low", parameters.ref_low, result.lag_low, figure);
  if (parameters.bilinear) add_part("mid", parameters.ref_mid, result.lag_mid, figure);
  add_part("high", parameters.ref_high, result.lag_high, figure);
  if (!m_figure.drawn) return {};
  return measure_lags_after(m_context, m_group, m_index, figure);
}

}  // namespace fanfold
