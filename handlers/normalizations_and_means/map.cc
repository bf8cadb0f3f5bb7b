#include "handlers/normalizations_and_means/map.h"

#include "handlers/normalizations_and_means/partial.h"
#include "handlers/spectra/leaf_fold.h"
#include "handlers/spectra/row_source.h"

namespace fanfold::handlers {
namespace {

struct PixelValues {
  std::vector<double> tic;
  std::vector<double> rms;
  std::vector<double> max;
  std::vector<std::uint32_t> points;

  void add(const SpectrumRow& spectrum, bool writes_row) {
    const kernels::Norms norms = kernels::norms(spectrum.row);
    tic.push_back(norms.tic);
    rms.push_back(norms.rms);
    max.push_back(norms.max);
    points.push_back(static_cast<std::uint32_t>(writes_row ? spectrum.row.size() : spectrum.masses.size()));
  }
};

}  // namespace

Result<MapOutput> map_normalizations_and_means(const MapContext& context) {
  const protocol::StageArguments& arguments = context.arguments;
  FANFOLD_ASSIGN(const auto range, locate_cube(arguments.images, arguments.cube_pixels, context.event.cube));
  FANFOLD_ASSIGN(const auto axis, arguments.arrays.f64("axis"));
  FANFOLD_ASSIGN(auto source, RowSource::open(context.stores, arguments, range, axis));
  const bool writes_row = arguments.images[range.image].continuous;

  ChannelLeaves leaves(range.first_pixel, range.pixels, axis.size(), axis.size());
  PixelValues values;
  while (true) {
    FANFOLD_TRY(context.keep_going());
    FANFOLD_ASSIGN(const auto rows, source.next(kernels::k_leaf_pixels));
    if (rows.empty()) break;
    for (const SpectrumRow& spectrum : rows) {
      values.add(spectrum, writes_row);
      ChannelFold& leaf = leaves.leaf_of(spectrum.pixel);
      kernels::accumulate(leaf.sum, spectrum.row);
      kernels::maximum(leaf.maximum, spectrum.row);
    }
  }

  namespace names = normalizations;
  ChannelFold node = leaves.finish();
  MapOutput output;
  output.partial.set(names::k_tic, std::move(values.tic));
  output.partial.set(names::k_rms, std::move(values.rms));
  output.partial.set(names::k_max, std::move(values.max));
  output.partial.set(names::k_points, std::move(values.points));
  const SpectrumOddities& odd = source.oddities();
  output.partial.set(names::k_odd, std::vector<std::uint64_t>{odd.unsorted.count, odd.unsorted.first,
                                                              odd.not_finite.count, odd.not_finite.first});
  output.partial.set(names::k_sum, std::move(node.sum));
  output.partial.set(names::k_base, std::move(node.maximum));
  return output;
}

}  // namespace fanfold::handlers
