#include "handlers/fill_peak_matrix/map.h"

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "handlers/fill_peak_matrix/peak_list_reader.h"
#include "handlers/kernels/norms.h"
#include "handlers/kernels/peak_matrix.h"
#include "handlers/objects/objects.h"
#include "handlers/spectra/row_source.h"

namespace fanfold::handlers {
namespace {

// The chunk being filled: three layers of rows x bins, one after the other, and what is said of its columns.
class Chunk {
 public:
  Chunk(std::size_t rows, std::size_t bins)
      : m_rows(rows),
        m_bins(bins),
        m_cells(peak_matrix::k_layers.size() * rows * bins),
        m_sum(bins),
        m_maximum(bins),
        m_pixels(bins) {}

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
    return std::span(m_cells).subspan((layer * m_rows + row) * m_bins, m_bins);
  }
  std::size_t m_rows;
  std::size_t m_bins;
  std::vector<double> m_cells;
  std::vector<double> m_sum;
  std::vector<double> m_maximum;
  std::vector<std::uint64_t> m_pixels;
};

struct Columns {
  std::vector<kernels::Bin> bins;
  std::span<const std::uint64_t> channels;
};

Result<Columns> read_columns(const protocol::Bundle& arrays, std::size_t channels) {
  Columns columns;
  FANFOLD_ASSIGN(const auto mass, arrays.f64(peak_matrix::k_bin_mass));
  FANFOLD_ASSIGN(const auto size, arrays.f64(peak_matrix::k_bin_size, mass.size()));
  FANFOLD_ASSIGN(columns.channels, arrays.u64(peak_matrix::k_channels, mass.size()));
  for (std::size_t i = 0; i < mass.size(); ++i) {
    if (columns.channels[i] >= channels) {
      return make_error(ErrorKind::corrupt_data, "bin {} names channel {} of {}", i, columns.channels[i],
                        channels);
    }
    columns.bins.push_back({mass[i], size[i], 0});
  }
  return columns;
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

class SegmentFiller {
 public:
  SegmentFiller(const MapContext& context, std::span<const double> axis, const Columns& columns, Chunk& chunk)
      : m_context(context),
        m_axis(axis),
        m_columns(columns),
        m_chunk(chunk),
        m_picker({context.arguments.parameters.peak_picking.snr,
                  context.arguments.parameters.peak_picking.window_size,
                  context.arguments.parameters.peak_picking.oversampling},
                 axis) {}

  Status fill(const Segment& segment) {
    FANFOLD_TRY(fill_from_peaks(segment));
    return fill_gaps(segment);
  }

 private:
  Status fill_from_peaks(const Segment& segment) {
    const protocol::StageArguments& arguments = m_context.arguments;
    const auto& binning = arguments.parameters.peak_binning;
    const protocol::CubeRange& range = segment.range;
    FANFOLD_ASSIGN(auto lists, PeakListReader::open(m_context.stores, arguments.peak_lists[range.image],
                                                    range.first_pixel, range.pixels));
    m_gaps.resize(static_cast<std::size_t>(range.pixels));
    for (std::size_t i = 0; i < range.pixels; ++i) {
      FANFOLD_ASSIGN(const auto peaks, lists.next());
      kernels::fill_row(peaks, m_columns.bins, {binning.tolerance, binning.tolerance_in_ppm},
                        m_chunk.row(segment.first_row + i), m_gaps[i]);
      m_chunk.note_gaps(m_gaps[i]);
    }
    return {};
  }

  // Where a pixel has no peak, what its spectrum has at the bin's channel.
  Status fill_gaps(const Segment& segment) {
    const protocol::CubeRange& range = segment.range;
    std::vector<std::uint64_t> with_gaps;
    for (std::size_t i = 0; i < range.pixels; ++i) {
      if (!m_gaps[i].empty()) with_gaps.push_back(range.first_pixel + i);
    }
    FANFOLD_ASSIGN(auto source,
                   RowSource::open_selected(m_context.stores, m_context.arguments, range, m_axis, with_gaps));
    while (true) {
      FANFOLD_TRY(m_context.keep_going());
      FANFOLD_ASSIGN(const auto rows, source.next(1));
      if (rows.empty()) return {};
      const auto i = static_cast<std::size_t>(rows[0].pixel - range.first_pixel);
      const kernels::MatrixCells cells = m_chunk.row(segment.first_row + i);
      for (const std::uint32_t column : m_gaps[i]) {
        const auto channel = static_cast<std::size_t>(m_columns.channels[column]);
        cells.intensity[column] = rows[0].row[channel];
        cells.area[column] = m_picker.area_at(rows[0].row, channel);
      }
    }
  }

  const MapContext& m_context;
  std::span<const double> m_axis;
  const Columns& m_columns;
  Chunk& m_chunk;
  kernels::PeakPicker m_picker;
  std::vector<std::vector<std::uint32_t>> m_gaps;
};

}  // namespace

Result<MapOutput> map_fill_peak_matrix(const MapContext& context) {
  const protocol::StageArguments& arguments = context.arguments;
  FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
  FANFOLD_ASSIGN(const Columns columns, read_columns(arguments.arrays, axis.size()));
  if (arguments.peak_lists.size() != arguments.images.size()) {
    return make_error(ErrorKind::corrupt_data, "the arguments name {} peak lists for {} images",
                      arguments.peak_lists.size(), arguments.images.size());
  }
  std::uint64_t rows = 0;
  for (const protocol::ImageInput& image : arguments.images) rows += image.pixels;
  const std::uint64_t per_chunk = peak_matrix::rows_per_chunk(rows, columns.bins.size());
  const std::uint64_t first_row = context.event.cube * per_chunk;
  if (first_row >= rows) {
    return make_error(ErrorKind::invalid_argument,
                      "chunk {} does not exist, the matrix has {} rows in chunks of {}", context.event.cube,
                      rows, per_chunk);
  }
  const std::uint64_t chunk_rows = std::min(per_chunk, rows - first_row);
  Chunk chunk(static_cast<std::size_t>(per_chunk), columns.bins.size());
  SegmentFiller filler(context, axis, columns, chunk);
  for (const Segment& segment : segments_of(arguments.images, first_row, chunk_rows)) {
    FANFOLD_TRY(filler.fill(segment));
  }
  FANFOLD_ASSIGN(const std::string_view store, arguments.arrays.text(peak_matrix::k_store));
  for (std::size_t layer = 0; layer < peak_matrix::k_layers.size(); ++layer) {
    FANFOLD_TRY(put_object(context.stores,
                           peak_matrix::chunk_object(std::string(store), layer, context.event.cube),
                           encode_chunk(chunk.layer(layer))));
  }
  MapOutput output;
  chunk.summarize(output.partial);
  return output;
}

}  // namespace fanfold::handlers
