#include "orchestrator/engine/reference_step.h"

#include <algorithm>
#include <array>

#include "handlers/kernels/quartiles.h"
#include "handlers/kernels/savitzky_golay.h"
#include "handlers/objects/objects.h"
#include "handlers/overall_average_spectrum/reduce.h"
#include "handlers/spectra/row_source.h"
#include "orchestrator/engine/odd_spectra.h"
#include "orchestrator/plan/cube_plan.h"
#include "orchestrator/plan/memory_plan.h"

namespace fanfold {
namespace {

std::vector<protocol::ImageInput> raw_images(const Group& group) {
  std::vector<protocol::ImageInput> images;
  for (const GroupImage& image : group.images) images.push_back(image.raw);
  return images;
}

Status run_group_stage(JobContext& context, const Group& group, const std::string& stage,
                       const protocol::StageArguments& arguments, const FoldPartial& fold) {
  return run_stage(context, stage, group.number, arguments,
                   protocol::count_cubes(arguments.images, arguments.cube_pixels), fold);
}

std::uint64_t largest_spectrum_bytes(const Group& group) {
  std::uint64_t largest = 0;
  for (const GroupImage& image : group.images) {
    largest = std::max(largest, image.source->largest_spectrum_bytes());
  }
  return largest;
}

Status dump_normalizations(const JobContext& context, const Group& group) {
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    const handlers::ImageNormalizations& image = group.images[i].normalizations;
    FANFOLD_TRY(context.dump.image_array("TIC", group.number, i, image.tic));
    FANFOLD_TRY(context.dump.image_array("RMS", group.number, i, image.rms));
    FANFOLD_TRY(context.dump.image_array("MAX", group.number, i, image.max));
    FANFOLD_TRY(context.dump.image_array("mean", group.number, i, image.mean));
    FANFOLD_TRY(context.dump.image_array("base", group.number, i, image.base));
  }
  return {};
}

Status find_average(JobContext& context, Group& group) {
  std::vector<double> tic;
  for (const GroupImage& image : group.images) {
    tic.insert(tic.end(), image.normalizations.tic.begin(), image.normalizations.tic.end());
  }
  const kernels::Quartiles quartiles = kernels::quartiles(std::move(tic));
  FANFOLD_ASSIGN(protocol::StageArguments arguments,
                 group_arguments(context, group, "overall_average_spectrum", raw_images(group)));
  arguments.arrays.set("quartiles", std::vector<double>{quartiles.q1, quartiles.q3});
  handlers::OverallAverageReduce reduce(arguments);
  FANFOLD_TRY(run_group_stage(context, group, "overall_average_spectrum", arguments, fold_into(reduce)));
  group.overall_average = reduce.finish();
  return context.dump.group_array("overall_average", group.number, group.overall_average);
}

Status find_reference_pixel(JobContext& context, Group& group) {
  FANFOLD_ASSIGN(protocol::StageArguments arguments,
                 group_arguments(context, group, "internal_reference_spectrum", raw_images(group)));
  arguments.arrays.set("average", group.overall_average);
  handlers::InternalReferenceReduce reduce(arguments);
  FANFOLD_TRY(run_group_stage(context, group, "internal_reference_spectrum", arguments, fold_into(reduce)));
  group.reference_pixel = reduce.finish();
  if (!group.reference_pixel) {
    return make_error(ErrorKind::corrupt_data,
                      "no spectrum of '{}'{} resembles the average spectrum, so there is no reference to {}, "
                      "or look at the "
                      "data",
                      group.images.front().source->location,
                      group.images.size() > 1 ? " and the other images" : "",
                      context.job.parameters.alignment.enable
                          ? "align with; switch alignment off (--set alignment.enable=false)"
                          : "find calibrants in; give their measured masses in the table");
  }
  const handlers::InternalReference& pixel = *group.reference_pixel;
  const std::array<double, 3> dumped{pixel.score, static_cast<double>(pixel.image + 1),
                                     static_cast<double>(pixel.pixel + 1)};
  return context.dump.group_array("internal_ref_score_imgIndex1_ID1", group.number, dumped);
}

Status read_reference(JobContext& context, Group& group) {
  const handlers::InternalReference& pixel = *group.reference_pixel;
  FANFOLD_ASSIGN(const protocol::StageArguments arguments,
                 group_arguments(context, group, "internal_reference_spectrum", raw_images(group)));
  FANFOLD_ASSIGN(auto source, handlers::RowSource::open(context.stores, arguments,
                                                        {pixel.image, pixel.pixel, 1}, group.axis));
  FANFOLD_ASSIGN(const auto rows, source.next(1));
  group.reference.assign(rows[0].row.begin(), rows[0].row.end());
  if (context.job.parameters.smoothing.enable) {
    std::vector<double> workspace;
    kernels::savitzky_golay(group.reference, context.job.parameters.smoothing.kernel_size, workspace);
  }
  return context.dump.group_array("reference_smoothed", group.number, group.reference);
}

}  // namespace

Result<protocol::StageArguments> group_arguments(const JobContext& context, const Group& group,
                                                 std::string_view stage,
                                                 std::vector<protocol::ImageInput> images) {
  protocol::StageArguments arguments;
  arguments.compat = context.job.compat;
  arguments.parameters = context.job.parameters;
  arguments.images = std::move(images);
  arguments.cube_pixels = plan_cube_pixels(
      {stage, group.pixels(), group.axis.size(), context.options.workers, context.options.cube_pixels});
  FANFOLD_ASSIGN(const MemoryPlan memory,
                 plan_memory({memory_cap_bytes(context.options), group.axis.size(),
                              largest_spectrum_bytes(group), arguments.cube_pixels}));
  arguments.window_bytes = memory.window_bytes;
  arguments.arrays.set("axis", group.axis);
  return arguments;
}

Status normalize(JobContext& context, Group& group) {
  FANFOLD_ASSIGN(const protocol::StageArguments arguments,
                 group_arguments(context, group, "normalizations_and_means", raw_images(group)));
  handlers::NormalizationsReduce reduce(arguments);
  FANFOLD_TRY(run_group_stage(context, group, "normalizations_and_means", arguments, fold_into(reduce)));
  auto results = reduce.finish();
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    FANFOLD_TRY(tell_of_odd_spectra(context, *group.images[i].source, results[i].odd));
  }
  for (std::size_t i = 0; i < group.images.size(); ++i) {
    GroupImage& image = group.images[i];
    image.normalizations = std::move(results[i]);
    image.raw.tic = fmt::format("{}/tic/{}-{}", context.scratch, group.number, i);
    FANFOLD_TRY(handlers::put_object(context.stores, image.raw.tic,
                                     std::as_bytes(std::span(image.normalizations.tic))));
  }
  return dump_normalizations(context, group);
}

Status find_reference(JobContext& context, Group& group) {
  FANFOLD_TRY(find_average(context, group));
  FANFOLD_TRY(find_reference_pixel(context, group));
  return read_reference(context, group);
}

}  // namespace fanfold
