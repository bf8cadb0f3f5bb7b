#include "orchestrator/engine/quality_step.h"

#include <algorithm>

#include "orchestrator/engine/bin_finder.h"
#include "orchestrator/engine/quality_image.h"
#include "orchestrator/engine/quality_ions.h"

namespace fanfold {
namespace {

quality::BinFigure bin_figure(const Group& group, std::size_t index, const std::vector<float>& deviations) {
  const kernels::Bin& bin = group.bins[index];
  const handlers::ColumnSummary& columns = group.matrix->columns;
  quality::BinFigure figure;
  figure.mz = bin.mass;
  figure.size = bin.bin_size;
  figure.peaks = bin.count;
  figure.pixels = columns.pixels[index];
  figure.mean = columns.sum[index] / static_cast<double>(group.pixels());
  figure.maximum = columns.maximum[index];
  figure.deviations = deviations.size();
  if (deviations.empty()) return figure;
  const std::vector<double> ppm(deviations.begin(), deviations.end());
  figure.deviation_low = quality::quantile(ppm, 0.05);
  figure.deviation_median = quality::quantile(ppm, 0.5);
  figure.deviation_high = quality::quantile(ppm, 0.95);
  return figure;
}

// The table of bins, and pictures of the first of them.
Status gather_bins(JobContext& context, const Group& group, const IonPlaces& places,
                   const BinDeviations& deviations, quality::GroupFigure& figure) {
  figure.bins_in_all = group.bins.size();
  std::vector<std::size_t> order = bins_by_frequency(group);
  order.resize(std::min(order.size(), quality::k_max_bins));
  const std::vector<std::size_t> drawn(
      order.begin(),
      order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), quality::k_ion_images)));
  FANFOLD_ASSIGN(figure.ions, draw_ions(context, group, drawn, places));
  sort_by_mass(order, group.bins);
  for (const std::size_t index : order) figure.bins.push_back(bin_figure(group, index, deviations[index]));
  // From columns of the matrix to lines of the table.
  for (quality::IonFigure& ion : figure.ions) {
    ion.bin = static_cast<std::size_t>(std::ranges::find(order, ion.bin) - order.begin());
  }
  return {};
}

Status gather_group(JobContext& context, const Group& group, const QualityBudget& budget,
                    quality::Figures& figures) {
  quality::GroupFigure figure;
  figure.number = group.number;
  figure.pixels = group.pixels();
  figure.channels = group.axis.size();
  if (!group.axis.empty()) {
    figure.axis =
        quality::axis_figure(group.axis, quality::channels_per_point(group.axis.size(), budget.trace_points));
  }
  if (group.reference_pixel) {
    figure.reference_image = group.images[group.reference_pixel->image].source->name;
    figure.reference_pixel = group.reference_pixel->pixel;
    figure.reference_score = group.reference_pixel->score;
  }
  IonPlaces places;
  BinDeviations deviations(group.bins.size());
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    const bool drawn = figures.images.size() < quality::k_max_drawn_images;
    ImageGatherer gatherer(context, group, i, budget, drawn);
    FANFOLD_TRY(gatherer.gather(deviations));
    places.cells.push_back(gatherer.ion_cells());
    places.cell_counts.push_back(gatherer.ion_cell_count());
    figures.images.push_back(gatherer.take_figure());
  }
  if (group.matrix) FANFOLD_TRY(gather_bins(context, group, places, deviations, figure));
  figures.groups.push_back(std::move(figure));
  return {};
}

}  // namespace

Result<quality::Figures> gather_figures(JobContext& context, const std::vector<Group>& groups) {
  const SteadyTime started = system_clock().steady_now();
  std::size_t images = 0;
  std::size_t traces = 0;
  for (const Group& group : groups) {
    images += group.images.size();
    for (const GroupImage& image : group.images) traces += image.processed ? 4u : 2u;
  }
  const QualityBudget budget = QualityBudget::of(images, std::min(traces, 4 * quality::k_max_drawn_images));
  quality::Figures figures;
  for (const Group& group : groups) FANFOLD_TRY(gather_group(context, group, budget, figures));
  context.status.progress("quality report", 1, 1);
  figures.seconds = std::chrono::duration<double>(system_clock().steady_now() - started).count();
  return figures;
}

}  // namespace fanfold
