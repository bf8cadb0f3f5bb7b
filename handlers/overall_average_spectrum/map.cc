#include "handlers/overall_average_spectrum/map.h"

#include "handlers/objects/objects.h"
#include "handlers/overall_average_spectrum/partial.h"
#include "handlers/spectra/leaf_fold.h"
#include "handlers/spectra/row_source.h"

namespace fanfold::handlers {
namespace {

// Whether a pixel belongs to the average. One without any signal has no direction; dividing by its TIC would
// turn the whole average into NaN, as it does in the original.
bool is_wanted(double tic, std::span<const double> quartiles, Compat compat) {
  if (compat == Compat::none && tic == 0.0) return false;
  return quartiles[0] <= tic && tic <= quartiles[1];
}

}  // namespace

Result<MapOutput> map_overall_average_spectrum(const MapContext& context) {
  const protocol::StageArguments& arguments = context.arguments;
  FANFOLD_ASSIGN(const auto range, locate_cube(arguments.images, arguments.cube_pixels, context.event.cube));
  FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
  FANFOLD_ASSIGN(const auto quartiles, arguments.arrays.f64("quartiles", 2));
  FANFOLD_ASSIGN(const auto tic, read_doubles(context.stores, arguments.images[range.image].tic,
                                              range.first_pixel, range.pixels));
  std::vector<std::uint64_t> wanted;
  for (std::size_t i = 0; i < tic.size(); ++i) {
    if (is_wanted(tic[i], quartiles, arguments.compat)) wanted.push_back(range.first_pixel + i);
  }
  FANFOLD_ASSIGN(auto source, RowSource::open_selected(context.stores, arguments, range, axis, wanted));
  ChannelLeaves leaves(range.first_pixel, range.pixels, axis.size(), 0);
  while (true) {
    FANFOLD_TRY(context.keep_going());
    FANFOLD_ASSIGN(const auto rows, source.next(kernels::k_leaf_pixels));
    if (rows.empty()) break;
    for (const SpectrumRow& spectrum : rows) {
      const double divisor = tic[static_cast<std::size_t>(spectrum.pixel - range.first_pixel)];
      kernels::accumulate_scaled_by(leaves.leaf_of(spectrum.pixel).sum, spectrum.row, divisor);
    }
  }
  MapOutput output;
  output.partial.set(overall_average::k_sum, leaves.finish().sum);
  output.partial.set(overall_average::k_count, std::vector<std::uint64_t>{wanted.size()});
  return output;
}

}  // namespace fanfold::handlers
