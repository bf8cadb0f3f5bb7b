#include "handlers/internal_reference_spectrum/map.h"

#include <algorithm>
#include <array>

#include "handlers/internal_reference_spectrum/partial.h"
#include "handlers/kernels/correlation.h"
#include "handlers/kernels/fft.h"
#include "handlers/spectra/row_source.h"

namespace fanfold::handlers {

Result<MapOutput> map_internal_reference_spectrum(const MapContext& context) {
  constexpr std::size_t k_lanes = kernels::k_batch_lanes;
  const protocol::StageArguments& arguments = context.arguments;
  FANFOLD_ASSIGN(const auto range, locate_cube(arguments.images, arguments.cube_pixels, context.event.cube));
  FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
  FANFOLD_ASSIGN(const auto average, arguments.arrays.f64("average", axis.size()));
  FANFOLD_ASSIGN(auto source, RowSource::open(context.stores, arguments, range, axis));

  const kernels::ReferenceScorer scorer(average);
  double best_score = 0;
  std::uint64_t best_pixel = 0;
  while (true) {
    FANFOLD_TRY(context.keep_going());
    FANFOLD_ASSIGN(const auto rows, source.next(k_lanes));
    if (rows.empty()) break;
    std::array<std::span<const double>, k_lanes> spectra;
    std::array<double, k_lanes> scores{};
    std::transform(rows.begin(), rows.end(), spectra.begin(), [](const SpectrumRow& row) { return row.row; });
    scorer.score(std::span(spectra).first(rows.size()), std::span(scores).first(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (scores[i] > best_score) {
        best_score = scores[i];
        best_pixel = rows[i].pixel;
      }
    }
  }
  MapOutput output;
  output.partial.set(internal_reference::k_score, std::vector<double>{best_score});
  output.partial.set(internal_reference::k_pixel, std::vector<std::uint64_t>{best_pixel});
  return output;
}

}  // namespace fanfold::handlers
