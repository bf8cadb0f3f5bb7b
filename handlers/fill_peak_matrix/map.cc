#include "handlers/fill_peak_matrix/map.h"

#include <optional>

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "handlers/kernels/norms.h"
#include "handlers/kernels/peak_matrix.h"
#include "handlers/objects/objects.h"
#include "handlers/peak_lists/peak_list_reader.h"
#include "handlers/spectra/row_source.h"
#include "runtime/core/units.h"

namespace fanfold::handlers {
namespace {

constexpr std::uint64_t k_list_window_bytes = 1_MiB;

// The chunk being filled: layers of rows x bins, one after the other, and what is said of its columns.
class Chunk {
 public:
  Chunk(std::size_t layers, std::size_t rows, std::size_t bins)
      : m_layers(layers),
        m_rows(rows),
        m_bins(bins),
        m_cells(layers * rows * bins),
        m_sum(bins),
        m_maximum(bins),
        m_pixels(bins) {}

  std::size_t layers() const { return m_layers; }
  kernels::MatrixCells row(std::size_t index) { return {cells(0, index), cells(1, index), cells(2, index)}; }
  std::span<const double> layer(std::size_t index) const {
    return std::span(m_cells).subspan(index * m_rows * m_bins, m_rows * m_bins);
  }

  void note_gaps(std::span<const std::uint32_t> gaps) {
    for (std::uint64_t& pixels : m_pixels) ++pixels;
    for (const std::uint32_t column : gaps) --m_pixels[column];
  }

  // REQUIRES: all rows are filled. Padding rows are zero and add nothing.
  void summarize(protocol::Bundle& partial) {
    const auto intensity = layer(0);
    for (std::size_t row = 0; row < m_rows; ++row) {
      kernels::accumulate(m_sum, intensity.subspan(row * m_bins, m_bins));
      kernels::maximum(m_maximum, intensity.subspan(row * m_bins, m_bins));
    }
    partial.set(peak_matrix::k_sum, std::move(m_sum));
    partial.set(peak_matrix::k_maximum, std::move(m_maximum));
    partial.set(peak_matrix::k_pixels, std::move(m_pixels));
  }

 private:
  std::span<double> cells(std::size_t layer, std::size_t row) {
    if (layer >= m_layers) return {};
    return std::span(m_cells).subspan((layer * m_rows + row) * m_bins, m_bins);
  }
  std::size_t m_layers;
  std::size_t m_rows;
  std::size_t m_bins;
  std::vector<double> m_cells;
  std::vector<double> m_sum;
  std::vector<double> m_maximum;
  std::vector<std::uint64_t> m_pixels;
};

Result<std::vector<kernels::Bin>> read_bins(const protocol::Bundle& arrays) {
  FANFOLD_ASSIGN(const auto mass, arrays.f64(peak_matrix::k_bin_mass));
  FANFOLD_ASSIGN(const auto size, arrays.f64(peak_matrix::k_bin_size, mass.size()));
  std::vector<kernels::Bin> bins;
  for (std::size_t i = 0; i < mass.size(); ++i) bins.push_back({mass[i], size[i], 0});
  return bins;
}

// The pixels of one image that lie in the chunk, and the chunk's row of the first.
struct Segment {
  protocol::CubeRange range;
  std::size_t first_row = 0;
};

std::vector<Segment> segments_of(std::span<const protocol::ImageInput> images, std::uint64_t first_row,
                                 std::uint64_t rows) {
  std::vector<Segment> segments;
  std::uint64_t image_first = 0;
  for (std::size_t image = 0; image < images.size(); ++image) {
    const std::uint64_t begin = std::max(image_first, first_row);
    const std::uint64_t end = std::min(image_first + images[image].pixels, first_row + rows);
    if (begin < end) {
      segments.push_back(
          {{image, begin - image_first, end - begin}, static_cast<std::size_t>(begin - first_row)});
    }
    image_first += images[image].pixels;
  }
  return segments;
}

// Per pixel of a segment, the columns in which it has no peak.
using Gaps = std::vector<std::vector<std::uint32_t>>;

Status fill_from_peaks(const MapContext& context, const Segment& segment, std::span<const kernels::Bin> bins,
                       Chunk& chunk, Gaps& gaps) {
  const auto& binning = context.arguments.parameters.peak_binning;
  const protocol::CubeRange& range = segment.range;
  // Without spectra beside them, the lists are the job's input.
  const ListOrigin origin = context.arguments.images.empty() ? ListOrigin::input : ListOrigin::this_job;
  FANFOLD_ASSIGN(auto lists,
                 PeakListReader::open(context.stores, context.arguments.peak_lists[range.image], origin,
                                      range.first_pixel, range.pixels, k_list_window_bytes));
  gaps.resize(static_cast<std::size_t>(range.pixels));
  for (std::size_t i = 0; i < range.pixels; ++i) {
    FANFOLD_TRY(context.keep_going());
    FANFOLD_ASSIGN(const auto peaks, lists.next());
    kernels::fill_row(peaks, bins, {binning.tolerance, binning.tolerance_in_ppm},
                      chunk.row(segment.first_row + i), gaps[i]);
    chunk.note_gaps(gaps[i]);
  }
  return {};
}

// Where a pixel has no peak, what its spectrum has at the bin's channel.
class GapFiller {
 public:
  static Result<GapFiller> create(const MapContext& context, std::size_t bins) {
    const protocol::StageArguments& arguments = context.arguments;
    FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
    FANFOLD_ASSIGN(const auto channels, arguments.arrays.u64(peak_matrix::k_channels, bins));
    for (std::size_t i = 0; i < channels.size(); ++i) {
      if (channels[i] < axis.size()) continue;
      return make_error(ErrorKind::corrupt_data, "bin {} names channel {} of {}", i, channels[i],
                        axis.size());
    }
    return GapFiller(context, axis, channels);
  }

  Status fill(const Segment& segment, const Gaps& gaps, Chunk& chunk) {
    const protocol::CubeRange& range = segment.range;
    std::vector<std::uint64_t> with_gaps;
    for (std::size_t i = 0; i < range.pixels; ++i) {
      if (!gaps[i].empty()) with_gaps.push_back(range.first_pixel + i);
    }
    FANFOLD_ASSIGN(auto source, RowSource::open_selected(m_context->stores, m_context->arguments, range,
                                                         m_axis, with_gaps));
    while (true) {
      FANFOLD_TRY(m_context->keep_going());
      FANFOLD_ASSIGN(const auto rows, source.next(1));
      if (rows.empty()) return {};
      const auto i = static_cast<std::size_t>(rows[0].pixel - range.first_pixel);
      const kernels::MatrixCells cells = chunk.row(segment.first_row + i);
      for (const std::uint32_t column : gaps[i]) {
        const auto channel = static_cast<std::size_t>(m_channels[column]);
        cells.intensity[column] = rows[0].row[channel];
        if (!cells.area.empty()) cells.area[column] = m_picker.area_at(rows[0].row, channel);
      }
    }
  }

 private:
  GapFiller(const MapContext& context, std::span<const double> axis, std::span<const std::uint64_t> channels)
      : m_context(&context),
        m_axis(axis),
        m_channels(channels),
        m_picker({context.arguments.parameters.peak_picking.snr,
                  context.arguments.parameters.peak_picking.window_size,
                  context.arguments.parameters.peak_picking.oversampling},
                 axis) {}

  const MapContext* m_context;
  std::span<const double> m_axis;
  std::span<const std::uint64_t> m_channels;
  kernels::PeakPicker m_picker;
};

Status fill_chunk(const MapContext& context, std::span<const Segment> segments,
                  std::span<const kernels::Bin> bins, Chunk& chunk) {
  std::optional<GapFiller> gap_filler;
  if (!context.arguments.images.empty()) {
    FANFOLD_ASSIGN(gap_filler, GapFiller::create(context, bins.size()));
  }
  Gaps gaps;
  for (const Segment& segment : segments) {
    FANFOLD_TRY(fill_from_peaks(context, segment, bins, chunk, gaps));
    if (gap_filler) FANFOLD_TRY(gap_filler->fill(segment, gaps, chunk));
  }
  return {};
}

Status write_chunk(const MapContext& context, const Chunk& chunk) {
  FANFOLD_ASSIGN(const std::string_view matrix, context.arguments.arrays.text(peak_matrix::k_store));
  FANFOLD_ASSIGN(const Uri root, Uri::parse(matrix));
  FANFOLD_ASSIGN(Store* const store, context.stores.store_for(root));
  const auto batch = store->begin_batch();
  for (std::size_t layer = 0; layer < chunk.layers(); ++layer) {
    FANFOLD_ASSIGN(const Uri place,
                   Uri::parse(peak_matrix::chunk_object(std::string(matrix), layer, context.event.cube)));
    FANFOLD_TRY(batch->put(place, encode_chunk(chunk.layer(layer))));
  }
  return batch->finish();
}

}  // namespace

Result<MapOutput> map_fill_peak_matrix(const MapContext& context) {
  const std::vector<protocol::ImageInput>& lists = context.arguments.peak_lists;
  FANFOLD_ASSIGN(const auto bins, read_bins(context.arguments.arrays));
  if (!context.arguments.images.empty() && lists.size() != context.arguments.images.size()) {
    return make_error(ErrorKind::corrupt_data, "the arguments name {} peak lists for {} images", lists.size(),
                      context.arguments.images.size());
  }
  std::uint64_t rows = 0;
  for (const protocol::ImageInput& image : lists) rows += image.pixels;
  const std::uint64_t per_chunk = peak_matrix::rows_per_chunk(rows, bins.size());
  const std::uint64_t first_row = context.event.cube * per_chunk;
  if (first_row >= rows) {
    return make_error(ErrorKind::invalid_argument,
                      "chunk {} does not exist, the matrix has {} rows in chunks of {}", context.event.cube,
                      rows, per_chunk);
  }
  const std::uint64_t chunk_rows = std::min(per_chunk, rows - first_row);
  Chunk chunk(peak_matrix::layers_of(lists), static_cast<std::size_t>(per_chunk), bins.size());
  FANFOLD_TRY(fill_chunk(context, segments_of(lists, first_row, chunk_rows), bins, chunk));
  FANFOLD_TRY(write_chunk(context, chunk));
  MapOutput output;
  chunk.summarize(output.partial);
  return output;
}

}  // namespace fanfold::handlers
