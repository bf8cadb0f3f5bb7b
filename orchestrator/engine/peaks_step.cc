#include "orchestrator/engine/peaks_step.h"

#include <numeric>

#include "handlers/peak_picking/partial.h"
#include "handlers/peak_picking/reduce.h"
#include "orchestrator/engine/bins_step.h"
#include "orchestrator/engine/local_stage.h"
#include "orchestrator/engine/peak_file_pass.h"
#include "orchestrator/engine/readable_output.h"
#include "orchestrator/engine/reference_step.h"
#include "runtime/imzml/peak_list_mark.h"

namespace fanfold {
namespace {

Status pick_peaks(JobContext& context, Group& group, const protocol::StageArguments& arguments) {
  handlers::PeakPickingReduce reduce(arguments);
  FANFOLD_TRY(run_stage(context, "peak_picking", group.number, arguments,
                        protocol::count_cubes(arguments.images, arguments.cube_pixels), fold_into(reduce)));
  auto counts = reduce.finish();
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    group.images[i].peaks.emplace();
    group.images[i].peaks->counts = std::move(counts[i]);
  }
  return {};
}

protocol::ImageInput peak_list_input(const GroupImage& image) {
  protocol::ImageInput input = image.peaks->input;
  input.name = image.raw.name;
  input.ibd = readable_location(image.peaks->object);
  input.pixels = image.raw.pixels;
  input.mz_type = input.intensity_type = ValueType::float64;
  input.peak_blocks = true;
  const std::uint64_t peaks =
      std::accumulate(image.peaks->counts.begin(), image.peaks->counts.end(), std::uint64_t{0});
  input.peak_blocks_begin = imzml::k_peak_lists_begin + peaks * handlers::peak_picking::k_pair_bytes;
  return input;
}

Status write_peak_files(JobContext& context, Group& group, std::uint64_t cube_pixels) {
  LocalStage stage(context, group.number, "peak_binning");
  const Parameters& parameters = context.job.parameters;
  handlers::BlockBinner binner(parameters.peak_binning, context.job.compat, context.options.workers);
  std::uint32_t first_cube = 0;
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    PeaksOutput& peaks = *group.images[i].peaks;
    const auto cubes =
        static_cast<std::uint32_t>((group.images[i].raw.pixels + cube_pixels - 1) / cube_pixels);
    context.status.progress("peak lists of " + group.images[i].source->name, i, group.images.size());
    FANFOLD_TRY(write_peak_file(context, group, i, first_cube, cubes, cube_pixels, peaks,
                                parameters.peak_binning.enable ? &binner : nullptr));
    peaks.input = peak_list_input(group.images[i]);
    first_cube += cubes;
  }
  if (parameters.peak_binning.enable) keep_bins(context, group, binner.finish());
  stage.finish();
  return {};
}

}  // namespace

std::vector<protocol::ImageInput> Group::spectra_to_pick() const {
  std::vector<protocol::ImageInput> inputs;
  for (const GroupImage& image : images) {
    protocol::ImageInput input = image.raw;
    if (image.processed) {
      const protocol::OutputInput& output = image.processed->input;
      input.ibd = readable_location(image.processed->object);
      input.ibd_identity.clear();  // it is this job's own, and handlers are the ones who write it
      input.index = output.index;
      input.mz_type = output.mz_type;
      input.mz_compression = input.intensity_compression = Compression::none;
      input.matches_axis = input.continuous && image.processed->stored_axis_is_exact;
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

std::vector<protocol::ImageInput> Group::lists_to_fill_from() const {
  std::vector<protocol::ImageInput> inputs;
  for (const GroupImage& image : images) inputs.push_back(peak_lists ? image.raw : image.peaks->input);
  return inputs;
}

Status pick_and_bin_peaks(JobContext& context, Group& group) {
  FANFOLD_ASSIGN(const protocol::StageArguments arguments,
                 group_arguments(context, group, "peak_picking", group.spectra_to_pick()));
  FANFOLD_TRY(pick_peaks(context, group, arguments));
  FANFOLD_TRY(write_peak_files(context, group, arguments.cube_pixels));
  return {};
}

}  // namespace fanfold
