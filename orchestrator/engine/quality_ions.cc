#include "orchestrator/engine/quality_ions.h"

#include <algorithm>
#include <numeric>

#include "handlers/fill_peak_matrix/chunk.h"
#include "handlers/fill_peak_matrix/chunk_codec.h"
#include "handlers/objects/objects.h"
#include "orchestrator/engine/quality_sample.h"

namespace fanfold {
namespace {

namespace matrix = handlers::peak_matrix;
constexpr std::uint64_t k_max_chunk_bytes = std::uint64_t{1} << 32;
constexpr std::size_t k_intensity = 0;  // layer

// Gathers the rows of the matrix, which come in order, into pictures: one per bin and drawn image.
class IonBuilder {
 public:
  IonBuilder(std::span<const std::size_t> bins, const IonPlaces& places) : m_bins(bins), m_places(places) {
    m_builders.resize(bins.size());
    for (auto& of_bin : m_builders) {
      for (const std::size_t cells : places.cell_counts) {
        of_bin.emplace_back(cells, quality::Reduce::maximum);
      }
    }
  }

  void add_row(std::span<const double> row) {
    while (m_pixel == m_places.cells[m_image].size()) {
      ++m_image;
      m_pixel = 0;
    }
    const std::uint32_t cell = m_places.cells[m_image][m_pixel++];
    if (m_places.cell_counts[m_image] == 0) return;
    for (std::size_t b = 0; b < m_bins.size(); ++b) m_builders[b][m_image].add(cell, row[m_bins[b]]);
  }

  std::vector<quality::IonFigure> finish() {
    std::vector<quality::IonFigure> ions(m_bins.size());
    for (std::size_t b = 0; b < m_bins.size(); ++b) {
      ions[b].bin = m_bins[b];
      for (std::size_t image = 0; image < m_places.cell_counts.size(); ++image) {
        if (m_places.cell_counts[image] == 0) continue;
        const std::vector<float> values = m_builders[b][image].finish();
        ions[b].maps.push_back(quality::quantize_intensities(values, quality::Bits::eight));
      }
    }
    return ions;
  }

 private:
  std::span<const std::size_t> m_bins;
  const IonPlaces& m_places;
  std::vector<std::vector<quality::MapBuilder>> m_builders;
  std::size_t m_image = 0;
  std::size_t m_pixel = 0;
};

}  // namespace

std::vector<std::size_t> bins_by_frequency(const Group& group) {
  const handlers::ColumnSummary& columns = group.matrix->columns;
  std::vector<std::size_t> order(group.bins.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return columns.pixels[a] != columns.pixels[b] ? columns.pixels[a] > columns.pixels[b]
                                                  : columns.sum[a] > columns.sum[b];
  });
  return order;
}

Result<std::vector<quality::IonFigure>> draw_ions(JobContext& context, const Group& group,
                                                  std::span<const std::size_t> bins,
                                                  const IonPlaces& places) {
  const std::uint64_t rows = group.pixels();
  const std::uint64_t columns = group.bins.size();
  const std::uint64_t per_chunk = matrix::rows_per_chunk(rows, columns);
  const std::string store = group.matrix->store.name();
  IonBuilder builder(bins, places);
  for (std::uint64_t first = 0; first < rows; first += per_chunk) {
    FANFOLD_TRY(keep_going(context, "quality report: ion images, pixel", first, rows));
    const std::string object = matrix::chunk_object(store, k_intensity, first / per_chunk);
    FANFOLD_ASSIGN(const auto bytes, handlers::read_object(context.stores, object, k_max_chunk_bytes));
    FANFOLD_ASSIGN(const auto chunk,
                   handlers::decode_chunk(bytes, static_cast<std::size_t>(per_chunk * columns)));
    const std::uint64_t here = std::min(per_chunk, rows - first);
    for (std::uint64_t row = 0; row < here; ++row) {
      builder.add_row(std::span(chunk).subspan(static_cast<std::size_t>(row * columns),
                                               static_cast<std::size_t>(columns)));
    }
  }
  return builder.finish();
}

}  // namespace fanfold
